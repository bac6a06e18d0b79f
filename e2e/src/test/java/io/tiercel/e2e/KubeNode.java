package io.tiercel.e2e;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
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

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Set<String> OWN_NAMESPACES =
            Set.of("default", "kube-node-lease", "kube-public", "kube-system");
    private static final Duration RESET_LIMIT = Duration.ofSeconds(60);

    /** Skips the test if this machine cannot start a node. */
    static void assumeInstalled() {
        for (String name : new String[] {"kube-up", "kube-load", "kube-enter", "helm", "curl"}) {
            Tool.onPath(name);
        }
    }

    /** Starts a node. */
    static KubeNode up() throws Exception {
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

    /** Starts {@code kubectl}; the caller ends the process. */
    Process startKubectl(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("kube", "kubectl"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment()
                .put("KUBECONFIG", folder.resolve("admin.kubeconfig").toString());
        return builder.start();
    }

    /** Creates or changes the objects of a YAML document. The file holds it. */
    void apply(Path file, String yaml) throws Exception {
        kubectl("apply", "-f", Files.writeString(file, yaml).toString());
    }

    String helm(String... arguments) throws Exception {
        return tool("helm").out(arguments);
    }

    /** Runs {@code helm}, which may fail. */
    Tool.Result tryHelm(String... arguments) throws Exception {
        return tool("helm").run(arguments);
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

    /** Removes all releases, namespaces, volumes and nodes that a test may have created. Images stay. */
    void reset() throws Exception {
        for (JsonNode release : JSON.readTree(helm("list", "--all-namespaces", "--all", "--output", "json"))) {
            String namespace = release.path("namespace").asText();
            helm("uninstall", release.path("name").asText(), "--namespace", namespace, "--ignore-not-found");
        }
        List<String> namespaces = names("namespaces", "");
        namespaces.removeAll(OWN_NAMESPACES);
        for (String namespace : namespaces) {
            kubectl("-n", namespace, "delete", "pods", "--all", "--now", "--wait=false");
            kubectl("delete", "namespace", namespace, "--wait=false");
        }
        for (String node : names("nodes", "metadata.name!=" + NAME)) {
            kubectl("delete", "node", node);
            // Pods of a node without a kubelet do not end by themselves.
            kubectl("delete", "pods", "-A", "--field-selector", "spec.nodeName=" + node, "--force", "--grace-period=0");
        }
        kubectl("delete", "persistentvolumes", "--all", "--wait=false");
        await().atMost(RESET_LIMIT)
                .pollInterval(Duration.ofMillis(300))
                .until(() -> OWN_NAMESPACES.containsAll(names("namespaces", "")));
    }

    private List<String> names(String kind, String fields) throws Exception {
        String names = kubectl("get", kind, "--field-selector", fields, "-o", "jsonpath={.items[*].metadata.name}");
        return new ArrayList<>(
                Stream.of(names.split(" ")).filter(name -> !name.isBlank()).toList());
    }

    @Override
    public void close() {
        if (Files.exists(folder)) {
            try {
                Tool.onPath("kube-down").out("--dir", folder.toString());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError("kube-down was interrupted", e);
            }
        }
    }
}
