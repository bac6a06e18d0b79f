package io.tiercel.sensor.grpc;

import static io.tiercel.sensor.grpc.NumberedAlerts.alert;
import static io.tiercel.sensor.grpc.NumberedAlerts.id;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.Status;
import io.tiercel.rules.alert.Alert;
import io.tiercel.rules.alert.AlertJson;
import io.tiercel.rules.alert.AlertText;
import io.tiercel.rules.alert.Priority;
import io.tiercel.sensor.grpc.falco.outputs.request;
import io.tiercel.sensor.grpc.falco.outputs.response;
import io.tiercel.sensor.grpc.falco.outputs.serviceGrpc;
import io.tiercel.sensor.grpc.falco.schema.priority;
import io.tiercel.sensor.grpc.falco.schema.source;
import io.tiercel.sensor.grpc.v1.AlertsGrpc;
import io.tiercel.sensor.grpc.v1.StreamRequest;
import io.tiercel.sensor.grpc.v1.StreamResponse;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The streams of subscribers, over a Unix socket. */
@Tag("unit")
class GrpcStreamsTest {
    private static final StreamRequest ALL = StreamRequest.getDefaultInstance();

    @TempDir
    Path folder;

    private GrpcServer server;
    private TestClient client;

    @BeforeEach
    void start() throws GrpcException {
        start(GrpcLimits.defaults());
    }

    private void start(GrpcLimits limits) throws GrpcException {
        Path socket = folder.resolve("run/t.sock");
        server = GrpcServer.start(new GrpcOptions(null, socket), "node", "0.1.0", limits);
        client = TestClient.unix(socket);
    }

    private void restart(GrpcLimits limits) throws GrpcException {
        stop();
        start(limits);
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    private StreamReader<StreamRequest, StreamResponse> subscribed(StreamRequest request) {
        int before = server.subscribers();
        var reader = StreamReader.alerts(client.channel(), request);
        StreamReader.awaitServer().until(() -> server.subscribers() == before + 1);
        return reader;
    }

    private static long missed(List<StreamResponse> messages) {
        return List.copyOf(messages).stream()
                .mapToLong(message -> message.getMissed().getCount())
                .sum();
    }

    private static List<Long> numbers(List<StreamResponse> messages) {
        return List.copyOf(messages).stream()
                .filter(StreamResponse::hasAlert)
                .map(message -> NumberedAlerts.number(message.getAlert().getId()))
                .toList();
    }

    @Test
    void encodesAndDecodesAllTypes() {
        var reader = subscribed(ALL);
        server.alert(alert(1));
        reader.awaitMessages(1);
        Alert read = TiercelAlertEncoder.decode(reader.messages.getFirst().getAlert());
        Alert sent = alert(1);
        assertEquals(sent.outputFields(), read.outputFields());
        assertEquals(AlertJson.defaults().write(sent), AlertJson.defaults().write(read));
    }

    @Test
    void falcoGetDrainsAndSubContinues() {
        server.alert(alert(1));
        server.alert(alert(2, Priority.CRITICAL, "head"));
        var get = StreamReader.open(client.channel(), serviceGrpc.getGetMethod(), request.getDefaultInstance())
                .readAll();
        assertTrue(get.awaitEnd().isOk());
        assertEquals(2, get.messages.size());
        response first = get.messages.getFirst();
        assertEquals(priority.WARNING, first.getPriority());
        assertEquals(source.SYSCALL, first.getSourceDeprecated());
        assertEquals("syscall", first.getSource());
        assertEquals("Secret \ufffd read", first.getRule());
        assertEquals("22:13:20.000000001: Warning a secret was read by cat", first.getOutput());
        assertEquals(1_700_000_000L, first.getTime().getSeconds());
        assertEquals(1, first.getTime().getNanos());
        assertEquals(List.of("T1003", "host"), first.getTagsList());
        assertEquals("42", first.getOutputFieldsOrThrow("proc.pid"));
        assertEquals("null", first.getOutputFieldsOrThrow("k8s.ns.name"));
        assertEquals("true", first.getOutputFieldsOrThrow("proc.is_exe_writable"));
        assertEquals("18446744073709551615", first.getOutputFieldsOrThrow("proc.duration"));
        assertEquals("[\"bash\",null,7]", first.getOutputFieldsOrThrow("proc.aname"));
        var again = StreamReader.open(client.channel(), serviceGrpc.getGetMethod(), request.getDefaultInstance())
                .readAll();
        assertTrue(again.awaitEnd().isOk());
        assertEquals(List.of(), again.messages);

        var sub = StreamReader.open(client.channel(), serviceGrpc.getSubMethod(), request.getDefaultInstance())
                .readAll();
        StreamReader.awaitServer().until(() -> {
            server.alert(alert(3));
            return !sub.messages.isEmpty();
        });
        assertFalse(sub.ended());
        sub.cancel();
    }

    @Test
    void falcoGetReportsMissingAlerts() throws GrpcException {
        restart(new GrpcLimits(10, 1 << 20, 5, 4, 4, 1 << 20));
        for (int i = 0; i < 25; i++) {
            server.alert(alert(i));
        }
        var get = StreamReader.open(client.channel(), serviceGrpc.getGetMethod(), request.getDefaultInstance())
                .readAll();
        assertTrue(get.awaitEnd().isOk());
        assertEquals(11, get.messages.size());
        response report = get.messages.getFirst();
        assertEquals("Tiercel internal: alerts missed", report.getRule());
        assertEquals(source.INTERNAL, report.getSourceDeprecated());
        assertEquals("15", report.getOutputFieldsOrThrow("missed"));
    }

    @Test
    void aSlowSubscriberGetsTheExactCountAndDelaysNobody() {
        var fast = subscribed(ALL);
        var slow = StreamReader.open(client.channel(), AlertsGrpc.getStreamMethod(), ALL);
        StreamReader.awaitServer().until(() -> server.subscribers() == 2);
        int count = 100_000;
        long start = System.nanoTime();
        for (int i = 0; i < count; i++) {
            server.alert(alert(i));
            while (i - fast.messages.size() > 500) {
                LockSupport.parkNanos(50_000);
            }
        }
        fast.awaitMessages(count);
        double seconds = (System.nanoTime() - start) / 1e9;
        assertEquals(0, missed(fast.messages));
        assertEquals(count, numbers(fast.messages).size());
        slow.readAll();
        StreamReader.awaitServer().until(() -> numbers(slow.messages).size() + missed(slow.messages) == count);
        for (StreamResponse message : slow.messages) {
            assertEquals(0, message.getMissed().getUnfiltered());
        }
        assertEquals(
                numbers(slow.messages).stream().sorted().toList(),
                numbers(slow.messages),
                "the order is that of arrival");
        assertEquals(0, numbers(slow.messages).getFirst());
        assertEquals(missed(slow.messages), missedOf(slow.messages, alert(0).rule()));
        System.out.printf(
                "gRPC: %,d alerts in %.1f s to a subscriber that reads, %,d reported as missed to one that does not%n",
                count, seconds, missed(slow.messages));
        server.alert(alert(count));
        StreamReader.awaitServer().until(() -> numbers(slow.messages).contains((long) count));
    }

    private static long missedOf(List<StreamResponse> messages, String rule) {
        return List.copyOf(messages).stream()
                .mapToLong(message -> message.getMissed().getByRuleOrDefault(AlertText.wellFormed(rule), 0))
                .sum();
    }

    private static Alert ofRule(String rule, int number) {
        Alert template = alert(number);
        return new Alert(
                template.id(),
                template.hostname(),
                template.timeNanos(),
                Priority.NOTICE,
                rule,
                template.source(),
                template.tags(),
                template.message(),
                template.outputFields());
    }

    @Test
    void aFloodDropsItselfAndASubscriberHearsOfItsOwnAlertsOnly() {
        var all = StreamReader.open(client.channel(), AlertsGrpc.getStreamMethod(), ALL);
        StreamReader.awaitServer().until(() -> server.subscribers() == 1);
        var markers = StreamReader.open(
                client.channel(),
                AlertsGrpc.getStreamMethod(),
                StreamRequest.newBuilder().setFilter("rule = Marker").build());
        StreamReader.awaitServer().until(() -> server.subscribers() == 2);
        int flood = 50_000;
        int marked = 0;
        for (int i = 0; i < flood; i++) {
            server.alert(ofRule("Flood", i));
            if (i % 1_000 == 0) {
                server.alert(ofRule("Marker", flood + i));
                marked++;
            }
        }
        all.readAll();
        markers.readAll();
        int total = flood + marked;
        StreamReader.awaitServer().until(() -> numbers(all.messages).size() + missed(all.messages) == total);
        int expected = marked;
        StreamReader.awaitServer().until(() -> numbers(markers.messages).size() == expected);
        assertEquals(0, missed(markers.messages), "nothing of its own was dropped");
        assertEquals(
                marked, numbers(all.messages).stream().filter(n -> n >= flood).count());
        assertTrue(missed(all.messages) > 0);
        assertEquals(missed(all.messages), missedOf(all.messages, "Flood"));
    }

    @Test
    void countsEveryAlertAtFullSpeed() {
        var one = subscribed(ALL);
        var two = subscribed(ALL);
        int count = 100_000;
        List<Alert> alerts =
                IntStream.range(0, count).mapToObj(NumberedAlerts::alert).toList();
        long start = System.nanoTime();
        alerts.forEach(server::alert);
        double seconds = (System.nanoTime() - start) / 1e9;
        for (var reader : List.of(one, two)) {
            StreamReader.awaitServer().until(() -> numbers(reader.messages).size() + missed(reader.messages) == count);
        }
        System.out.printf(
                "gRPC: %,d alerts added in %.2f s; two subscribers received %,d and %,d, and reports of the others%n",
                count,
                seconds,
                numbers(one.messages).size(),
                numbers(two.messages).size());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        proc.name = cat                          | DEBUG    | 0 1
        proc.name = cat and priority = Critical  | DEBUG    | 1
        tags intersects (T1003)                  | ERROR    | 1 2
        output_fields.proc.pid = 43              | DEBUG    |
        rule startswith "Secret"                 | CRITICAL | 1 2
        """)
    void filters(String filter, Priority threshold, String expected) {
        var reader = subscribed(StreamRequest.newBuilder()
                .setFilter("proc.name = end or " + filter)
                .setMinimumPriorityValue(threshold.ordinal() + 1)
                .build());
        server.alert(alert(0, Priority.WARNING, "cat"));
        server.alert(alert(1, Priority.CRITICAL, "cat"));
        server.alert(alert(2, Priority.ALERT, "head"));
        server.alert(alert(9, Priority.EMERGENCY, "end"));
        StreamReader.awaitServer().until(() -> numbers(reader.messages).contains(9L));
        List<Long> expectedNumbers = expected == null
                ? List.of()
                : Arrays.stream(expected.split(" ")).map(Long::valueOf).toList();
        assertEquals(
                expectedNumbers,
                numbers(reader.messages).stream().filter(n -> n < 9).toList());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        proc.nme = cat     | filter: at character 1: unknown field proc.nme
        proc.name =        | filter: at character 12
        spawned            | unknown macro spawned
        """)
    void reportsAnInvalidFilter(String filter, String message) {
        Status end = StreamReader.alerts(
                        client.channel(),
                        StreamRequest.newBuilder().setFilter(filter).build())
                .awaitEnd();
        assertEquals(Status.Code.INVALID_ARGUMENT, end.getCode(), end.toString());
        assertTrue(String.valueOf(end.getDescription()).contains(message), end.toString());
    }

    @Test
    void resumesAfterAnAlertAndReportsMissingOnes() throws GrpcException {
        restart(new GrpcLimits(10, 1 << 20, 5, 8, 4, 1 << 20));
        for (int i = 0; i < 25; i++) {
            server.alert(alert(i));
        }
        var known = resumed(id(19)).awaitMessages(5);
        assertEquals(List.of(20L, 21L, 22L, 23L, 24L), numbers(known.messages));
        assertEquals(0, missed(known.messages));

        var older = resumed(id(7)).awaitMessages(11);
        assertEquals(7, older.messages.getFirst().getMissed().getCount());
        assertEquals(15L, numbers(older.messages).getFirst());

        var unknown = resumed("node/otherboot/12").awaitMessages(11);
        assertTrue(unknown.messages.getFirst().getMissed().getUnknown());
        assertEquals(0, unknown.messages.getFirst().getMissed().getCount());
        assertEquals(15L, numbers(unknown.messages).getFirst());

        var filtered = StreamReader.alerts(
                        client.channel(),
                        StreamRequest.newBuilder()
                                .setResumeAfter(id(7))
                                .setFilter("proc.name = cat")
                                .build())
                .awaitMessages(11);
        assertEquals(7, filtered.messages.getFirst().getMissed().getUnfiltered());
        assertEquals(0, filtered.messages.getFirst().getMissed().getCount());
    }

    private StreamReader<StreamRequest, StreamResponse> resumed(String id) {
        return StreamReader.alerts(
                client.channel(), StreamRequest.newBuilder().setResumeAfter(id).build());
    }

    @Test
    void limitsSubscribersAndMessages() throws GrpcException {
        restart(new GrpcLimits(10, 1 << 20, 5, 2, 4, 2000));
        var one = subscribed(ALL);
        var two = subscribed(ALL);
        Status rejected = StreamReader.alerts(client.channel(), ALL).awaitEnd();
        assertEquals(Status.Code.RESOURCE_EXHAUSTED, rejected.getCode());
        server.alert(alert(0, Priority.WARNING, "x".repeat(2000)));
        server.alert(alert(1));
        one.awaitMessages(2);
        assertEquals(1, one.messages.getFirst().getMissed().getCount());
        assertEquals(List.of(1L), numbers(one.messages));
        two.cancel();
        StreamReader.awaitServer().until(() -> server.subscribers() == 1);
        assertFalse(StreamReader.alerts(client.channel(), ALL).ended());
        StreamReader.awaitServer().until(() -> server.subscribers() == 2);
    }

    @Test
    void sendsWaitingAlertsBeforeItEndsStreams() {
        var reader = subscribed(ALL);
        for (int i = 0; i < 100; i++) {
            server.alert(alert(i));
        }
        server.close();
        assertEquals(Status.Code.UNAVAILABLE, reader.awaitEnd().getCode());
        assertEquals(100, numbers(reader.messages).size());
    }
}
