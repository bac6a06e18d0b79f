package io.tiercel.functions.kubernetes;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** A real API server without nodes. {@code kube-up} starts it and must be on the PATH. */
public final class RealCluster implements AutoCloseable {
    private static final int TIMEOUT_SECONDS = 180;

    private final Path folder;
    public final KubernetesClient admin;

    private RealCluster(Path folder, KubernetesClient admin) {
        this.folder = folder;
        this.admin = admin;
    }

    /** Starts the API server. Skips the test with a message if {@code kube-up} is missing. */
    public static RealCluster startOrSkip() throws IOException, InterruptedException {
        boolean available = Arrays.stream(System.getenv("PATH").split(File.pathSeparator, -1))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, "kube-up")));
        if (!available) {
            System.out.println("SKIPPED: needs on the PATH: kube-up");
        }
        Assumptions.assumeTrue(available, "needs on the PATH: kube-up");
        Path folder = Path.of("/tmp/tiercel-api-" + ProcessHandle.current().pid());
        try {
            run(folder, "kube-up", "--no-node", "--dir", folder.toString(), "--timeout", "150");
            // The client cannot read the elliptic-curve key of the administrator, so it authenticates with a token.
            kubectl(folder, "create serviceaccount admin");
            kubectl(
                    folder,
                    "create clusterrolebinding admin --clusterrole=cluster-admin --serviceaccount=default:admin");
            String token = kubectl(folder, "create token admin").strip();
            Config config =
                    Config.fromKubeconfig(folder.resolve("admin.kubeconfig").toFile());
            return new RealCluster(folder, client(config, token));
        } catch (RuntimeException | IOException e) {
            run(folder, "kube-down", "--dir", folder.toString());
            throw e;
        }
    }

    private static KubernetesClient client(Config config, String token) {
        return new KubernetesClientBuilder()
                .withHttpClientFactory(new JdkHttpClientFactory())
                .withConfig(new ConfigBuilder()
                        .withAutoConfigure(false)
                        .withMasterUrl(config.getMasterUrl())
                        .withCaCertData(config.getCaCertData())
                        .withCaCertFile(config.getCaCertFile())
                        .withOauthToken(token)
                        .withRequestRetryBackoffLimit(0)
                        .build())
                .build();
    }

    private static String kubectl(Path folder, String arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("kube", "kubectl"));
        command.addAll(List.of(arguments.split(" ", -1)));
        return run(folder, command.toArray(String[]::new));
    }

    private static String run(Path folder, String... command) throws IOException, InterruptedException {
        Path output = Files.createTempFile("kube", ".out");
        try {
            ProcessBuilder builder = new ProcessBuilder(List.of(command))
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile());
            builder.environment()
                    .put("KUBECONFIG", folder.resolve("admin.kubeconfig").toString());
            Process process = builder.start();
            if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
                throw new IllegalStateException(command[0] + " took longer than " + TIMEOUT_SECONDS + " s");
            }
            if (process.exitValue() != 0) {
                throw new IllegalStateException(String.join(" ", command) + ": " + Files.readString(output));
            }
            return Files.readString(output);
        } finally {
            Files.delete(output);
        }
    }

    /** Returns a client that authenticates as a service account. */
    public KubernetesClient as(String namespace, String account) {
        Config config = admin.getConfiguration();
        String token = admin.serviceAccounts()
                .inNamespace(namespace)
                .withName(account)
                .tokenRequest()
                .getStatus()
                .getToken();
        return client(config, token);
    }

    /**
     * Creates the namespaces {@code tiercel} and {@code namespace} and the shipped role of {@code respond}.
     *
     * @return a client that has this role only
     */
    public KubernetesClient prepareResponder(String namespace) throws IOException {
        for (String name : List.of("tiercel", namespace)) {
            admin.resource(new NamespaceBuilder()
                            .withNewMetadata()
                            .withName(name)
                            .endMetadata()
                            .build())
                    .create();
        }
        Path role = Path.of(System.getProperty("tiercel.root"), "infra", "kubernetes", "respond-role.yaml");
        try (InputStream file = Files.newInputStream(role)) {
            admin.load(file).createOrReplace();
        }
        await().atMost(Duration.ofSeconds(60))
                .until(() -> admin.serviceAccounts()
                                .inNamespace(namespace)
                                .withName("default")
                                .get()
                        != null);
        return as("tiercel", "tiercel-respond");
    }

    @Override
    public void close() throws IOException, InterruptedException {
        admin.close();
        run(folder, "kube-down", "--dir", folder.toString());
    }
}
