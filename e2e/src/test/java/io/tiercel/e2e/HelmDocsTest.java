package io.tiercel.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Runs the shell blocks of docs/helm.md on a real Kubernetes node, in the order of the page and as one user types them. */
@Tag("cluster")
@ExtendWith(SharedNode.class)
class HelmDocsTest {
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```sh\\n(.*?)^```");
    private static final long LIMIT_S = 240;

    /** Finds {@code kubectl}, stops at the first command that fails, and shows each command before its output. */
    private static final String SHELL = "set -euo pipefail; kubectl() { kube kubectl \"$@\"; }; set -x\n";

    @TempDir
    private Path folder;

    @Test
    void commandsWorkInTheOrderOfThePage(KubeNode node) throws Exception {
        List<String> blocks = BLOCK.matcher(Files.readString(Tiercel.ROOT.resolve("docs/helm.md")))
                .results()
                .map((MatchResult block) -> block.group(1))
                .toList();
        assertEquals(6, blocks.size(), "blocks of the page");
        likeTheRepository();

        String install = run(node, withoutQueue(blocks.get(0)));
        assertTrue(install.contains("daemon set \"watch-tiercel\" successfully rolled out"), install);
        assertTrue(install.contains("Phase:          Succeeded"), install);
        // The second block reads the log of a test that failed.
        run(node, blocks.get(2));
        String account = "system:serviceaccount:tiercel:tiercel-respond";
        assertEquals(
                "yes",
                node.kubectl("auth", "can-i", "patch", "pods", "--as", account, "--as-group", "tiercel-respond")
                        .strip());
        run(node, "helm uninstall watch --namespace tiercel --wait\nkubectl delete namespace tiercel\n");

        run(node, withStorageOfTheTest(blocks.get(3)));
        node.kubectl("-n", "tiercel", "rollout", "status", "deployment/watch-tiercel-server", "--timeout=120s");
        run(node, withFreePort(blocks.get(4)));
        String removed = run(node, blocks.get(5));
        assertTrue(removed.contains("release \"watch\" uninstalled"), removed);
    }

    /** Without a queue, the test of the release does not wait for a delivered alert. */
    private static String withoutQueue(String block) {
        return block.replaceAll("--set delivery\\.sqs\\.queueUrl=\\S+", "");
    }

    /** The node has no StorageClass, and its folders are those of this machine. HelmNodeTest tests a release with a server. */
    private static String withStorageOfTheTest(String block) {
        String settings = "--set server.enabled=true --set server.storage.kind=emptyDir --set spool.kind=emptyDir";
        String changed = block.replace("--set server.enabled=true", settings).replaceAll("(?m)^helm test .*$", "");
        assertTrue(changed.contains(settings), block);
        return changed;
    }

    /** A person waits until the port is forwarded, and ends that afterwards. */
    private static String withFreePort(String block) throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = free.getLocalPort();
            return block.replace(
                                    " 8466 &",
                                    " " + port + ":8466 &\nuntil (echo >/dev/tcp/127.0.0.1/" + port
                                            + ") 2>/dev/null; do sleep 0.2; done")
                            .replace("https://localhost:8466", "https://localhost:" + port)
                    + "kill %1\n";
        }
    }

    /** Runs a block. The node has the images already; ImageTest pushes them. */
    private String run(KubeNode node, String block) throws Exception {
        String script = SHELL
                + block.replaceAll("(?m)^\\./tiercel image .*$", "")
                        .replace("registry.example.com/tiercel/", "tiercel/");
        Path out = Files.createTempFile(folder, "out", ".txt");
        ProcessBuilder builder = new ProcessBuilder("bash", "-mc", script)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(out.toFile());
        builder.environment().put("TIERCEL_BUILD", "no");
        builder.environment()
                .put("KUBECONFIG", node.folder().resolve("admin.kubeconfig").toString());
        Process process = builder.start();
        try {
            assertTrue(process.waitFor(LIMIT_S, TimeUnit.SECONDS), () -> block + " is still running");
            String output = Files.readString(out);
            assertEquals(0, process.exitValue(), output);
            return output;
        } finally {
            process.descendants().forEach(ProcessHandle::destroy);
            process.destroy();
        }
    }

    /** Makes the folder look like the repository, so that created files do not stay there. */
    private void likeTheRepository() throws IOException {
        try (Stream<Path> entries = Files.list(Tiercel.ROOT)) {
            for (Path entry : entries.filter(path -> !path.endsWith(".git")).toList()) {
                Files.createSymbolicLink(folder.resolve(entry.getFileName()), entry);
            }
        }
    }
}
