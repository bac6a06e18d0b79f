package io.tiercel.sensor.sqs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.sensor.identity.CredentialSource;
import io.tiercel.sensor.identity.DeliveryCredentials;
import io.tiercel.sensor.output.BatchTarget.BatchResult;
import io.tiercel.sensor.output.BatchTarget.DeliveryStatus;
import io.tiercel.sensor.spool.Spool;
import io.tiercel.sensor.spool.SpoolException;
import io.tiercel.sensor.spool.SpoolOptions;
import io.tiercel.sensor.spool.SpooledAlert;
import io.tiercel.sensor.sqs.SqsStub.Outcome;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The sensor's credentials as message attributes, and their share of the size limits. */
@Tag("unit")
class SqsIdentityTest {
    private static final int LIMIT = 256 * 1024;

    @TempDir
    Path folder;

    /** The SDK's default credentials provider reads system properties first. */
    @BeforeAll
    static void setCredentials() {
        System.setProperty("aws.accessKeyId", "test");
        System.setProperty("aws.secretAccessKey", "test");
    }

    @AfterAll
    static void clearCredentials() {
        System.clearProperty("aws.accessKeyId");
        System.clearProperty("aws.secretAccessKey");
    }

    /** Sends messages of the given bodies as one batch. */
    private BatchResult send(SqsStub queue, CredentialSource credentials, List<String> bodies)
            throws InterruptedException, SpoolException {
        try (Spool spool = Spool.open(folder, SpoolOptions.defaults());
                SqsTarget target = new SqsTarget(queue.address("alerts"), credentials)) {
            for (String body : bodies) {
                spool.append(body.getBytes(StandardCharsets.UTF_8));
            }
            List<SpooledAlert> batch = spool.peek(target.maxAlerts(), Integer.MAX_VALUE);
            assertEquals(bodies.size(), batch.size());
            return target.send(batch);
        }
    }

    private static CredentialSource credentials(String token, String document) {
        return () -> new DeliveryCredentials(token, document);
    }

    private static String body(int number, int bytes) {
        return number + "x".repeat(bytes - 1);
    }

    @Test
    void everyMessageHasTheCredentials() throws Exception {
        try (SqsStub queue = new SqsStub(_ -> Outcome.STORED)) {
            BatchResult result = send(queue, credentials("t0ken", "d0cument"), List.of("0", "1", "2"));
            assertEquals(Collections.nCopies(3, DeliveryStatus.STORED), result.statuses(), result::detail);
            assertEquals(
                    Collections.nCopies(3, Map.of("token", "t0ken", "instance-identity", "d0cument")),
                    queue.attributes());
        }
    }

    @Test
    void withoutCredentialsThereAreNoAttributes() throws Exception {
        try (SqsStub queue = new SqsStub(_ -> Outcome.STORED)) {
            send(queue, CredentialSource.NONE, List.of("0"));
            assertEquals(List.of(Map.of()), queue.attributes());
        }
    }

    /** The stub rejects requests above the limit. The target would then send their messages again, one at a time. */
    @ParameterizedTest
    @ValueSource(ints = {1, 1_300, 8_000, DeliveryCredentials.MAX_CHARACTERS})
    void attributesCountTowardsTheLimitOfARequest(int tokenBytes) throws Exception {
        String token = "t".repeat(tokenBytes);
        List<String> bodies =
                IntStream.range(0, 10).mapToObj(i -> body(i, 26_000)).toList();
        try (SqsStub queue = new SqsStub(_ -> Outcome.STORED)) {
            BatchResult result = send(queue, () -> new DeliveryCredentials(token, token), bodies);
            assertEquals(Collections.nCopies(10, DeliveryStatus.STORED), result.statuses(), result::detail);
            assertEquals(bodies, queue.stored());
            assertEquals(10, queue.batches().stream().mapToInt(List::size).sum(), "no message was sent twice");
            assertTrue(queue.attributes().stream()
                    .allMatch(values -> values.equals(Map.of("token", token, "instance-identity", token))));
        }
    }

    /** A message that is as large as SQS permits goes out without credentials rather than not at all. */
    @Test
    void anAlertWithoutRoomForCredentialsIsSentWithoutThem() throws Exception {
        int attribute = "token".length() + "String".length() + 1_300;
        List<String> bodies = List.of(body(0, LIMIT - attribute), body(1, LIMIT - attribute + 1), body(2, 10));
        try (SqsStub queue = new SqsStub(_ -> Outcome.STORED)) {
            BatchResult result = send(queue, () -> new DeliveryCredentials("t".repeat(1_300), null), bodies);
            assertEquals(Collections.nCopies(3, DeliveryStatus.STORED), result.statuses(), result::detail);
            assertEquals(
                    List.of(true, false, true),
                    queue.attributes().stream()
                            .map(values -> values.containsKey("token"))
                            .toList());
        }
    }

    /** The order is kept: after a failed request, later ones of the same batch wait. */
    @Test
    void laterRequestsOfABatchWaitForAFailedOne() throws Exception {
        Function<String, Outcome> outcomes = body ->
                body.charAt(0) == '1' ? Outcome.RETRYABLE : body.charAt(0) == '0' ? Outcome.REJECTED : Outcome.STORED;
        List<String> bodies = List.of(body(0, 100_000), body(1, 100_000), body(2, 100_000), body(3, 100_000));
        try (SqsStub queue = new SqsStub(outcomes)) {
            BatchResult result = send(queue, credentials("t".repeat(1_300), "d"), bodies);
            assertEquals(
                    List.of(DeliveryStatus.REJECTED, DeliveryStatus.RETRY, DeliveryStatus.RETRY, DeliveryStatus.RETRY),
                    result.statuses());
            assertEquals(List.of(), queue.stored());
            assertFalse(result.detail().contains("tttt"), result::detail);
        }
    }
}
