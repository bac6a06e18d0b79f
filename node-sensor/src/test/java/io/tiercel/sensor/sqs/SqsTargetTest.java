package io.tiercel.sensor.sqs;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.rules.alert.Alert;
import io.tiercel.rules.alert.AlertJson;
import io.tiercel.rules.alert.InvalidAlertException;
import io.tiercel.rules.alert.Priority;
import io.tiercel.sensor.identity.CredentialSource;
import io.tiercel.sensor.identity.DeliveryCredentials;
import io.tiercel.sensor.output.Shipper;
import io.tiercel.sensor.spool.Spool;
import io.tiercel.sensor.spool.SpoolException;
import io.tiercel.sensor.spool.SpoolOptions;
import io.tiercel.sensor.sqs.SqsStub.Outcome;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;

@Tag("packaged")
class SqsTargetTest {
    @TempDir
    Path folder;

    private Spool spool;

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

    @BeforeEach
    void openSpool() throws SpoolException {
        spool = Spool.open(folder.resolve("spool"), SpoolOptions.defaults());
    }

    @AfterEach
    void closeSpool() throws SpoolException {
        spool.close();
    }

    private static byte[] alert(String id, String message) {
        return AlertJson.defaults()
                .writeBytes(new Alert(
                        id, "node-1", 0, Priority.NOTICE, "Rule", "syscall", List.of(), message, new TreeMap<>()));
    }

    private List<String> append(int from, int to) throws SpoolException {
        for (int i = from; i < to; i++) {
            spool.append(alert("node-1/boot/" + i, "message"));
        }
        return ids(from, to);
    }

    private static List<String> ids(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> "node-1/boot/" + i).toList();
    }

    private static String id(String body) {
        try {
            return String.valueOf(AlertJson.read(body).id());
        } catch (InvalidAlertException e) {
            throw new AssertionError(body, e);
        }
    }

    private static List<String> idsOf(List<Message> messages) {
        return messages.stream().map(Message::body).map(SqsTargetTest::id).toList();
    }

    private Shipper ship(SqsQueue queue) {
        return Shipper.start(spool, new SqsTarget(queue, CredentialSource.NONE), folder);
    }

    @Test
    void limitsBatchesToTenMessagesAnd256KiB() throws Exception {
        append(0, 25);
        for (int i = 25; i < 40; i++) {
            spool.append(alert("node-1/boot/" + i, "x".repeat(60_000)));
        }
        try (SqsStub queue = new SqsStub(_ -> Outcome.STORED);
                Shipper shipper = ship(queue.address("alerts"))) {
            await().atMost(Duration.ofSeconds(30)).until(() -> shipper.counts().delivered() == 40);
            assertEquals(
                    ids(0, 40), queue.stored().stream().map(SqsTargetTest::id).toList());
            assertEquals(10, queue.batches().getFirst().size());
            assertTrue(queue.batches().stream().allMatch(batch -> batch.size() <= 10));
            assertTrue(queue.batches().stream()
                    .allMatch(batch -> batch.stream()
                                    .mapToInt(body -> body.getBytes(StandardCharsets.UTF_8).length)
                                    .sum()
                            <= 256 * 1024));
        }
    }

    @Test
    void retriesFailedMessagesAndSetsRejectedOnesAside() throws Exception {
        append(0, 20);
        ConcurrentHashMap<String, AtomicInteger> tries = new ConcurrentHashMap<>();
        try (SqsStub queue = new SqsStub(body -> {
                    int number = tries.computeIfAbsent(id(body), _ -> new AtomicInteger())
                            .incrementAndGet();
                    return switch (id(body)) {
                        case "node-1/boot/2" -> Outcome.REJECTED;
                        case "node-1/boot/4" -> number < 4 ? Outcome.RETRYABLE : Outcome.STORED;
                        case "node-1/boot/6" -> number < 3 ? Outcome.KEY_UNAVAILABLE : Outcome.STORED;
                        default -> Outcome.STORED;
                    };
                });
                Shipper shipper = ship(queue.address("alerts"))) {
            await().atMost(Duration.ofSeconds(30)).until(() -> spool.counts().pending() == 0);
            List<String> stored = queue.stored().stream().map(SqsTargetTest::id).toList();
            assertEquals(19, stored.size(), stored::toString);
            assertEquals(19, stored.stream().distinct().count(), "none twice");
            assertEquals("node-1/boot/4", stored.get(8), "before anything newer");
            assertEquals(ids(10, 20), stored.subList(9, 19));
            assertEquals(
                    List.of("node-1/boot/4", "node-1/boot/6"),
                    queue.batches().get(1).stream().map(SqsTargetTest::id).toList());
            assertEquals(1, shipper.counts().rejected());
            List<String> aside = Files.readAllLines(folder.resolve("refused.jsonl"));
            assertEquals(
                    List.of("node-1/boot/2"),
                    aside.stream().map(SqsTargetTest::id).toList());
        }
    }

    @Test
    void isolatesTheMessageThatInvalidatesARequest() throws Exception {
        append(0, 12);
        try (SqsStub queue = new SqsStub(body -> id(body).endsWith("/5") ? Outcome.REQUEST_REJECTED : Outcome.STORED);
                Shipper shipper = ship(queue.address("alerts"))) {
            await().atMost(Duration.ofSeconds(30)).until(() -> spool.counts().pending() == 0);
            List<String> expected = new ArrayList<>(ids(0, 12));
            expected.remove(5);
            assertEquals(
                    expected, queue.stored().stream().map(SqsTargetTest::id).toList());
            assertEquals(1, shipper.counts().rejected());
        }
    }

    /** SQS rejects U+FFFE and U+FFFF (API Reference, SendMessage). */
    @Test
    void escapesCharactersThatSqsRejects() throws Exception {
        spool.append(alert("node-1/boot/0", "a\uFFFEb\uFFFFc\u0001d\uD83D\uDE00"));
        try (SqsStub queue = new SqsStub(_ -> Outcome.STORED);
                Shipper shipper = ship(queue.address("alerts"))) {
            await().atMost(Duration.ofSeconds(30)).until(() -> shipper.counts().delivered() == 1);
            String body = queue.stored().getFirst();
            assertTrue(
                    body.codePoints()
                            .allMatch(c ->
                                    c == '\t' || c == '\n' || c == '\r' || c >= 0x20 && c != 0xFFFE && c != 0xFFFF),
                    body);
            assertEquals(
                    "a\uFFFEb\uFFFFc\u0001d\uD83D\uDE00", AlertJson.read(body).message());
        }
    }

    @Test
    void stopDoesNotWaitForAnUnresponsiveServer() throws Exception {
        append(0, 3);
        try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            Shipper shipper = ship(SqsQueue.parse(
                    "http://127.0.0.1:" + silent.getLocalPort() + "/111122223333/alerts", MotoServer.REGION, ""));
            try (Socket _ = silent.accept()) {
                long start = System.nanoTime();
                assertFalse(shipper.stop(Duration.ofMillis(300)));
                assertTrue(System.nanoTime() - start < 2_500_000_000L);
            }
        }
        assertEquals(3, spool.counts().pending());
    }

    @Test
    void fifoQueueKeepsOrderAcrossARestartOfTheQueue() throws Exception {
        List<String> received = new ArrayList<>();
        int port;
        Shipper shipper;
        try (MotoServer moto = MotoServer.startOrSkip(folder, 0)) {
            port = moto.port();
            String url = moto.createQueue("alerts.fifo");
            append(0, 35);
            shipper = ship(SqsQueue.parse(url, MotoServer.REGION, ""));
            await().atMost(Duration.ofSeconds(60)).until(() -> spool.counts().pending() == 0);
            List<Message> messages = moto.takeAll(url);
            Message first = messages.getFirst();
            assertEquals("node-1", first.attributes().get(MessageSystemAttributeName.MESSAGE_GROUP_ID));
            assertEquals("node-1/boot/0", first.attributes().get(MessageSystemAttributeName.MESSAGE_DEDUPLICATION_ID));
            received.addAll(idsOf(messages));
        }
        try (shipper) {
            append(35, 70);
            await().atMost(Duration.ofSeconds(60)).until(() -> shipper.counts().circuitOpen());
            try (MotoServer moto = MotoServer.startOrSkip(folder, port)) {
                String url = moto.createQueue("alerts.fifo");
                await().atMost(Duration.ofSeconds(120))
                        .until(() -> spool.counts().pending() == 0);
                received.addAll(idsOf(moto.takeAll(url)));
            }
            assertEquals(ids(0, 70), received);
            assertEquals(70, shipper.counts().delivered());
        }
    }

    @Test
    void standardQueueReceivesAllAlertsWithTheToken() throws Exception {
        try (MotoServer moto = MotoServer.startOrSkip(folder, 0)) {
            String url = moto.createQueue("alerts");
            List<String> ids = append(0, 23);
            SqsQueue queue = SqsQueue.parse(
                    "https://sqs.eu-west-1.amazonaws.com" + url.replaceAll("http://[^/]+", ""),
                    "",
                    "http://127.0.0.1:" + moto.port());
            DeliveryCredentials credentials = new DeliveryCredentials("t0ken", null);
            try (Shipper shipper = Shipper.start(spool, new SqsTarget(queue, () -> credentials), folder)) {
                await().atMost(Duration.ofSeconds(60))
                        .until(() -> shipper.counts().delivered() == 23);
            }
            List<Message> messages = moto.takeAll(url);
            assertEquals(ids, idsOf(messages));
            for (Message message : messages) {
                MessageAttributeValue token = message.messageAttributes().get("token");
                assertNotNull(token);
                assertEquals("t0ken", token.stringValue());
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "https://sqs.eu-west-1.amazonaws.com/111122223333/alerts,eu-west-1",
        "https://sqs-fips.us-gov-west-1.amazonaws.com/111122223333/a,us-gov-west-1",
        "https://sqs.cn-north-1.amazonaws.com.cn/111122223333/a.fifo,cn-north-1",
        "https://vpce-0a1-b2.sqs.us-east-2.vpce.amazonaws.com/111122223333/a,us-east-2",
        "https://sqs.ap-southeast-3.api.aws/111122223333/a,ap-southeast-3"
    })
    void readsTheRegionFromTheUrl(String url, String region) {
        assertEquals(region, SqsQueue.parse(url, "", "").region());
    }

    @ParameterizedTest
    @CsvSource({
        "https://queue.example.com/1/a,'',delivery.sqs.region",
        "https://sqs.eu-west-1.amazonaws.com,'',not a queue URL",
        "https://sqs.eu-west-1.amazonaws.com/1/a?x=1,'',not a queue URL",
        "http://sqs.eu-west-1.amazonaws.com/1/a,'',use https",
        "https://sqs.eu-west-1.amazonaws.com/1/a,Ireland,not an AWS region",
        "alerts,'',not an http or https URL"
    })
    void rejectsInvalidAddresses(String url, String region, String problem) {
        String message = assertThrows(IllegalArgumentException.class, () -> SqsQueue.parse(url, region, ""))
                .getMessage();
        assertTrue(message != null && message.contains(problem), message);
    }
}
