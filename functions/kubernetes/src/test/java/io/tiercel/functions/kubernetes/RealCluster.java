package io.tiercel.functions.kubernetes;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** A real API server without nodes, which {@code kube-up} (found on the PATH) starts on this machine. */
public final class RealCluster implements AutoCloseable {
    private static final int LONGEST_SECONDS = 180;

    private final Path folder;
    public final KubernetesClient admin;

    private RealCluster(Path folder, KubernetesClient admin) {
        this.folder = folder;
        this.admin = admin;
    }

    /** Starts it, or skips the test and says why. */
    public static RealCluster startOrSkip() throws IOException, InterruptedException {
        boolean there = Arrays.stream(System.getenv("PATH").split(File.pathSeparator, -1))
                .anyMatch(place -> Files.isExecutable(Path.of(place, "kube-up")));
        if (!there) {
            System.out.println("SKIPPED: needs on the PATH: kube-up");
        }
        Assumptions.assumeTrue(there, "needs on the PATH: kube-up");
        Path folder = Path.of("/tmp/tiercel-api-" + ProcessHandle.current().pid());
        try {
            run(folder, "kube-up", "--no-node", "--dir", folder.toString(), "--timeout", "150");
            // The client cannot read the administrator's elliptic key, so it comes with a token.
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

    private static KubernetesClient client(Config place, String token) {
        return new KubernetesClientBuilder()
                .withHttpClientFactory(new JdkHttpClientFactory())
                .withConfig(new ConfigBuilder()
                        .withAutoConfigure(false)
                        .withMasterUrl(place.getMasterUrl())
                        .withCaCertData(place.getCaCertData())
                        .withCaCertFile(place.getCaCertFile())
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
            if (!process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
                throw new IllegalStateException(command[0] + " took longer than " + LONGEST_SECONDS + " s");
            }
            if (process.exitValue() != 0) {
                throw new IllegalStateException(String.join(" ", command) + ": " + Files.readString(output));
            }
            return Files.readString(output);
        } finally {
            Files.delete(output);
        }
    }

    /** A client that is a service account and has only its rights. */
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

    @Override
    public void close() throws IOException, InterruptedException {
        admin.close();
        run(folder, "kube-down", "--dir", folder.toString());
    }
}
