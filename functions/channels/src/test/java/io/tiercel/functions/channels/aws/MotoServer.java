package io.tiercel.functions.channels.aws;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tiercel.functions.lookup.AwsConnection;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.regions.Region;

/**
 * A local AWS emulator: the moto server as a child process, without any resources. Does not use the fixtures of functions/aws, so that this
 * module need not wait for the tests of that one.
 */
final class MotoServer implements AutoCloseable {
    private static final Region REGION = Region.of("eu-west-1");
    private static final AwsCredentialsProvider CREDENTIALS =
            StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test"));
    private static final Path LAUNCHER =
            Path.of(System.getProperty("tiercel.root"), "functions/aws/src/test/python/moto_server.py");

    private final Process process;
    private final int port;

    private MotoServer(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /**
     * Starts the server, or skips the test if moto is not installed.
     *
     * @param folder for its files
     */
    static MotoServer startOrSkip(Path folder) throws IOException, InterruptedException {
        Path python = Path.of("/usr/bin/python3");
        assumeTrue(Files.isExecutable(python), () -> "needs " + python);
        Process check = new ProcessBuilder(python.toString(), "-c", "import moto, flask_cors, jsonpath_ng")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assumeTrue(check.waitFor() == 0, "needs moto (Debian: python3-moto python3-flask-cors python3-jsonpath-ng)");
        Path portFile = folder.resolve("port");
        Path log = folder.resolve("log");
        Process process = new ProcessBuilder(python.toString(), LAUNCHER.toString(), portFile.toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        await("moto listens, see " + log)
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(50))
                .until(() -> Files.exists(portFile) || !process.isAlive());
        if (!process.isAlive()) {
            throw new IllegalStateException("moto exited: " + Files.readString(log));
        }
        return new MotoServer(process, Integer.parseInt(Files.readString(portFile)));
    }

    URI endpoint() {
        return URI.create("http://127.0.0.1:" + port);
    }

    AwsConnection connection() {
        return new AwsConnection(
                AwsConnection.httpClient(AwsConnection.Timeouts.ACTIONS),
                CREDENTIALS,
                REGION,
                endpoint(),
                AwsConnection.Timeouts.ACTIONS);
    }

    /** Configures a client builder to use the server. */
    <B extends AwsClientBuilder<B, ?>> B configure(B client) {
        return client.endpointOverride(endpoint()).region(REGION).credentialsProvider(CREDENTIALS);
    }

    @Override
    public void close() throws InterruptedException {
        process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
    }
}
