package io.tiercel.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A real Kubernetes node on this machine.
 *
 * @param folder the folder of the node's state
 */
record KubeNode(Path folder) implements AutoCloseable {
    /** Name of the node. */
    static final String NAME = "tiercel-node";

    /** Address of the node, which its pods reach. */
    static final String ADDRESS = "10.98.0.1";

    /** Starts a node; skips the test if this machine cannot. */
    static KubeNode up() throws Exception {
        for (String name : new String[] {"kube-up", "kube-load", "kube-enter", "helm", "curl"}) {
            Tool.onPath(name);
        }
        KubeNode node = new KubeNode(
                Path.of("/tmp/tiercel-helm-" + ProcessHandle.current().pid()));
        try {
            Tool.onPath("kube-up").out("--dir", node.folder.toString(), "--timeout", "240");
            return node;
        } catch (Exception | AssertionError e) {
            node.close();
            throw e;
        }
    }

    private Tool tool(String name) {
        return new Tool(
                name, Map.of("KUBECONFIG", folder.resolve("admin.kubeconfig").toString()));
    }

    void load(Path image) throws Exception {
        tool("kube-load").out("--dir", folder.toString(), image.toString());
    }

    String kubectl(String... arguments) throws Exception {
        return tool("kube").out(after("kubectl", arguments));
    }

    String helm(String... arguments) throws Exception {
        return tool("helm").out(arguments);
    }

    /** Returns true if RBAC allows the account the verb on the resource, in every namespace. */
    boolean may(String account, String verb, String resources) throws Exception {
        return tool("kube")
                .run("kubectl", "auth", "can-i", verb, resources, "-A", "--as", account)
                .text()
                .strip()
                .endsWith("yes");
    }

    /** Runs a program in the node's namespaces, where pods and services have addresses. */
    Tool.Result enter(String... arguments) throws Exception {
        return tool("kube-enter")
                .run(Stream.concat(Stream.of("--dir", folder.toString()), Stream.of(arguments))
                        .toArray(String[]::new));
    }

    /** Starts a program in the node's namespaces. Its standard error goes to the file; the caller ends the process. */
    Process start(Path errors, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("kube-enter", "--dir", folder.toString()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .directory(Tiercel.ROOT.toFile())
                .redirectError(errors.toFile())
                .start();
    }

    private static String[] after(String first, String... arguments) {
        return Stream.concat(Stream.of(first), Stream.of(arguments)).toArray(String[]::new);
    }

    @Override
    public void close() throws Exception {
        if (Files.exists(folder)) {
            Tool.onPath("kube-down").run("--dir", folder.toString());
        }
    }
}
