package io.tiercel.sensor.sqs;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.CreateQueueRequest;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/** An SQS emulator: moto's server as a child process without any queues. */
final class MotoServer implements AutoCloseable {
    static final String REGION = "eu-west-1";

    private static final Path LAUNCHER =
            Path.of(System.getProperty("tiercel.root"), "functions", "aws", "src", "test", "python", "moto_server.py");

    private final Process process;
    private final int port;
    private final SqsClient client;

    private MotoServer(Process process, int port) {
        this.process = process;
        this.port = port;
        this.client = SqsClient.builder()
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .endpointOverride(URI.create("http://127.0.0.1:" + port))
                .region(Region.of(REGION))
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
                .build();
    }

    /**
     * Starts the server, or skips the test if moto is not installed.
     *
     * @param port port to listen on; 0 for any free port
     */
    static MotoServer startOrSkip(Path folder, int port) throws IOException, InterruptedException {
        Path python = Path.of("/usr/bin/python3");
        skipUnless(Files.isExecutable(python), "needs " + python);
        Process check = new ProcessBuilder(python.toString(), "-c", "import moto, flask_cors")
                .redirectErrorStream(true)
                .start();
        String problem = new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        skipUnless(
                check.waitFor() == 0,
                "needs moto (Debian: python3-moto python3-flask-cors): "
                        + problem.lines().reduce("", (_, last) -> last));
        Path portFile = Files.createTempDirectory(folder, "moto").resolve("port");
        Path log = portFile.resolveSibling("log");
        Process process = new ProcessBuilder(
                        python.toString(), LAUNCHER.toString(), portFile.toString(), Integer.toString(port))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        await("moto listens, see " + log)
                .atMost(Duration.ofSeconds(90))
                .until(() -> Files.exists(portFile) || !process.isAlive());
        if (!process.isAlive()) {
            throw new IllegalStateException("moto ended: " + Files.readString(log));
        }
        return new MotoServer(process, Integer.parseInt(Files.readString(portFile)));
    }

    private static void skipUnless(boolean possible, String reason) {
        if (!possible) {
            System.out.println("SKIPPED: " + reason);
        }
        Assumptions.assumeTrue(possible, reason);
    }

    int port() {
        return port;
    }

    /** Creates a queue. A name that ends in {@code .fifo} creates a FIFO queue. */
    String createQueue(String name) {
        CreateQueueRequest.Builder request = CreateQueueRequest.builder().queueName(name);
        if (name.endsWith(".fifo")) {
            request.attributes(Map.of(QueueAttributeName.FIFO_QUEUE, "true"));
        }
        return client.createQueue(request.build()).queueUrl();
    }

    /**
     * Receives and deletes all messages in order. Debian's moto only knows the older name of the message attributes.
     */
    @SuppressWarnings("deprecation")
    List<Message> takeAll(String queue) {
        List<Message> all = new ArrayList<>();
        while (true) {
            List<Message> some = client.receiveMessage(receive -> receive.queueUrl(queue)
                            .maxNumberOfMessages(10)
                            .attributeNamesWithStrings("All")
                            .messageAttributeNames("All"))
                    .messages();
            if (some.isEmpty()) {
                return all;
            }
            all.addAll(some);
            some.forEach(message ->
                    client.deleteMessage(delete -> delete.queueUrl(queue).receiptHandle(message.receiptHandle())));
        }
    }

    /** Stops the server immediately. Its data is lost. */
    @Override
    public void close() throws InterruptedException {
        client.close();
        process.destroyForcibly();
        process.waitFor(10, TimeUnit.SECONDS);
    }
}
