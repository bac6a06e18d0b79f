package io.tiercel.functions.channels.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.AlertText;
import io.tiercel.functions.channels.ChannelTypes;
import io.tiercel.functions.channels.contract.Service.Behavior;
import io.tiercel.functions.channels.support.TestKeys;
import io.tiercel.functions.incident.IncidentState;
import io.tiercel.functions.notification.ButtonSigner;
import io.tiercel.functions.notification.DeliveryResult;
import io.tiercel.functions.notification.GroupNotification;
import io.tiercel.functions.notification.GroupSummary;
import io.tiercel.functions.notification.NotificationChannel;
import io.tiercel.functions.notification.NotificationRecord;
import io.tiercel.functions.notification.SingleIncidentStore;
import io.tiercel.functions.notification.Subject;
import io.tiercel.functions.notification.TestOutbox;
import io.tiercel.functions.notification.file.ChannelContext;
import io.tiercel.functions.notification.file.ChannelType;
import io.tiercel.functions.notification.file.NotificationFile;
import io.tiercel.functions.notify.ConfiguredChannels;
import io.tiercel.functions.secret.SecretResolver;
import io.tiercel.rules.alert.Priority;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every type of channel does, opened from a notification file and driven by the outbox. */
@Tag("unit")
class ChannelContractTest {
    /** Ten seconds, and what a busy machine adds. */
    private static final Duration DEADLINE = Duration.ofSeconds(18);

    /** Texts that try to leave a string, a line, a header, a document or a message. */
    private static final List<String> HOSTILE = List.of(
            "@everyone <!channel> <@U012AB3CD> {{incident.id}}",
            "\"},{\"x\":\"\\u0022 </Message>&amp;<!--",
            "a\r\nBcc: victim@example.com\r\nSubject: other\r\n\r\nbody\r\n.\r\n",
            "\u0000\u0007\u001B[2J\u2028\u202Eevil\uFFFE\uFFFF\uFDD0 \uD83D\uDE00",
            "\uD800 unpaired \uDC00",
            "http://evil.example/x ".repeat(400));

    @TempDir
    private static Path folder;

    private static final List<Service> SERVICES = new ArrayList<>();

    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    @BeforeAll
    static void start() throws Exception {
        TestKeys keys = TestKeys.shared();
        SERVICES.addAll(WebServices.all(folder));
        SERVICES.addAll(AwsServices.all());
        SERVICES.add(new SmtpService(folder, keys));
        SERVICES.add(new KafkaService(folder, keys));
    }

    @AfterAll
    static void stop() throws Exception {
        for (Service service : SERVICES) {
            service.stop();
        }
    }

    static Stream<Service> services() {
        return SERVICES.stream();
    }

    private ConfiguredChannels open(Service service) {
        String yaml = "channels:\n  test: {type: " + service.type() + ", " + service.settings() + "}\n";
        InstantSource clock = () -> now;
        NotificationFile file = NotificationFile.read(
                "test.yaml", yaml, SecretResolver.forFilesAndEnvironment(InstantSource.system()), ChannelTypes.ALL);
        return ConfiguredChannels.open(file, new ChannelContext(ButtonSigner.NO_BUTTONS, clock));
    }

    @Test
    void every_type_has_a_service() {
        Set<String> tested = SERVICES.stream().map(Service::type).collect(Collectors.toSet());
        assertEquals(ChannelTypes.ALL.stream().map(ChannelType::name).collect(Collectors.toSet()), tested);
        assertEquals(
                ChannelTypes.ALL.size(),
                ChannelTypes.ALL.stream().map(ChannelType::name).distinct().count());
    }

    @ParameterizedTest
    @MethodSource("services")
    void the_life_of_an_incident_is_shown_once_each(Service service) throws Exception {
        service.behave(Behavior.ACCEPT);
        SingleIncidentStore store = new SingleIncidentStore();
        try (ConfiguredChannels open = open(service)) {
            TestOutbox outbox = new TestOutbox(store, store, open.channels(), () -> now);
            store.setCount(1);
            shows(service, outbox, store, "terminal shell in container");
            int opened = service.received().size();
            shows(service, outbox, store, "");
            assertEquals(opened, service.received().size(), "nothing has changed");

            store.setCount(1_000);
            if (open.channels().getFirst().nextCount(1) != NotificationChannel.NEVER) {
                shows(service, outbox, store, "1000");
            }
            store.update(IncidentState.OPEN, Priority.CRITICAL);
            shows(service, outbox, store, "critical");
            store.update(IncidentState.CLOSED, Priority.CRITICAL);
            int escalated = service.received().size();
            shows(service, outbox, store, "closed|resolve|archived");
            assertTrue(service.received().size() > escalated, "closing is a message");
        }
    }

    /** Delivers, and verifies that the last message contains one of the texts and that nothing is left. */
    private void shows(Service service, TestOutbox outbox, SingleIncidentStore store, String texts) throws Exception {
        now = now.plus(Duration.ofHours(1));
        outbox.deliver("i");
        NotificationRecord record =
                store.findRecord(Subject.incident("i"), "test").orElseThrow();
        assertNull(record.attempts().error());
        assertNull(record.pending());
        String last = service.received().getLast().toLowerCase(Locale.ROOT);
        assertTrue(Stream.of(texts.split("[|]", -1)).anyMatch(last::contains), () -> texts + " in " + last);
    }

    @ParameterizedTest
    @MethodSource("services")
    void a_group_is_shown_with_its_exact_number(Service service) throws Exception {
        service.behave(Behavior.ACCEPT);
        try (ConfiguredChannels open = open(service)) {
            NotificationChannel channel = open.channels().getFirst();
            GroupSummary group = group("Terminal shell in container", 4_321);
            assertInstanceOf(DeliveryResult.Sent.class, channel.sendGroup(first(group)));
            String shown = service.received().getLast();
            assertTrue(shown.contains("4321"), shown);
        }
    }

    @ParameterizedTest
    @MethodSource("services")
    void a_service_that_asks_for_a_later_attempt_gets_one(Service service) throws Exception {
        service.behave(Behavior.THROTTLE);
        DeliveryResult.Retry retry = assertInstanceOf(DeliveryResult.Retry.class, send(service));
        assertEquals(service.retryAfter(), retry.after());
        assertFalse(retry.reason().contains(Service.SECRET), retry.reason());
        service.behave(Behavior.ACCEPT);
        assertInstanceOf(DeliveryResult.Sent.class, send(service));
    }

    @ParameterizedTest
    @MethodSource("services")
    void a_message_that_a_service_rejects_is_not_repeated(Service service) throws Exception {
        service.behave(Behavior.REJECT);
        DeliveryResult.Rejected rejected = assertInstanceOf(DeliveryResult.Rejected.class, send(service));
        assertFalse(rejected.reason().contains(Service.SECRET), rejected.reason());
    }

    @Test
    void a_service_that_does_not_respond_holds_a_message_for_a_limited_time() throws Exception {
        List<Callable<DeliveryResult>> calls = new ArrayList<>();
        for (Service service : SERVICES) {
            service.behave(Behavior.HANG);
            calls.add(() -> send(service));
        }
        long start = System.nanoTime();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<DeliveryResult> result : threads.invokeAll(calls)) {
                assertInstanceOf(DeliveryResult.Retry.class, result.get());
            }
        }
        Duration taken = Duration.ofNanos(System.nanoTime() - start);
        assertTrue(taken.compareTo(DEADLINE) < 0, taken.toString());
    }

    @ParameterizedTest
    @MethodSource("services")
    void hostile_texts_stay_texts(Service service) throws Exception {
        service.behave(Behavior.ACCEPT);
        try (ConfiguredChannels open = open(service)) {
            NotificationChannel channel = open.channels().getFirst();
            for (String text : HOSTILE) {
                ObjectNode alert = AlertText.with(
                        AlertText.with(AlertText.shellInPod(), "proc.exepath", "/bin/" + text),
                        "k8s.ns.name",
                        text.substring(0, Math.min(200, text.length())));
                alert.put("rule", "rule " + text.substring(0, Math.min(400, text.length())));
                alert.put("output", text);
                assertInstanceOf(
                        DeliveryResult.Sent.class,
                        channel.send(SingleIncidentStore.firstNotification(
                                SingleIncidentStore.incidentOf(AlertText.read(alert), 7))),
                        text);
                assertInstanceOf(DeliveryResult.Sent.class, channel.sendGroup(first(group(text, 9))), text);
            }
        }
        // Verifies each message.
        assertTrue(service.received().size() >= 2 * HOSTILE.size());
    }

    private DeliveryResult send(Service service) {
        SingleIncidentStore store = new SingleIncidentStore();
        store.setCount(1);
        try (ConfiguredChannels open = open(service)) {
            return open.channels()
                    .getFirst()
                    .send(SingleIncidentStore.firstNotification(store.find("i").orElseThrow()));
        }
    }

    private GroupNotification first(GroupSummary group) {
        return new GroupNotification(group, NotificationRecord.initial(Subject.group(group.id()), "test"), now);
    }

    private GroupSummary group(String text, long incidents) {
        return new GroupSummary(
                "rule-0123456789abcdef",
                GroupSummary.Dimension.RULE,
                text,
                Priority.CRITICAL,
                true,
                incidents,
                incidents,
                incidents * 3,
                now.minusSeconds(60),
                now,
                IntStream.range(0, GroupSummary.MAX_TOP)
                        .mapToObj(i -> new GroupSummary.Cause(
                                "incident-" + i, text, text, text, Priority.WARNING, 1_000 - i, true))
                        .toList());
    }
}
