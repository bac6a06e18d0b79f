package io.tiercel.functions.aws.notify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.functions.aws.Faults;
import io.tiercel.functions.aws.Moto;
import io.tiercel.functions.notification.IncidentNotification;
import io.tiercel.functions.notification.RecordingChannel;
import io.tiercel.functions.notification.ResponseStatus;
import java.time.Duration;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.sqs.model.Message;

/** Every change of an incident reaches its channels, on queues and tables that limit, throttle and conflict as AWS documents. */
@Tag("packaged")
class NotificationsOverSqsTest {
    private static final String WAITING = "awaiting approval";

    private static Moto moto;

    private final RecordingChannel chat = new RecordingChannel("chat");
    private final RecordingChannel pager = new RecordingChannel("pager");

    @BeforeAll
    static void start() throws Exception {
        moto = Moto.startOrSkip();
    }

    @AfterAll
    static void stop() throws Exception {
        if (moto != null) {
            moto.close();
        }
    }

    @BeforeEach
    void useDefaultFaults() {
        moto.setFaults(Faults.DEFAULT);
    }

    private static List<String> responses(RecordingChannel channel) {
        return channel.messages().stream()
                .map(message -> message.response().map(ResponseStatus::state).orElse("none"))
                .toList();
    }

    @Test
    void a_response_that_follows_a_message_within_a_second_can_be_approved() {
        try (QueueWorld world = new QueueWorld(moto, true, List.of(chat, pager))) {
            String incident = world.open("One alert");
            world.publish(incident, "opened-1");
            assertTrue(world.drain());
            assertEquals(List.of("none"), responses(chat));

            world.advance(Duration.ofMillis(300));
            world.respond(incident, WAITING, true, "plan-1");
            assertTrue(world.drain());
            for (RecordingChannel channel : List.of(chat, pager)) {
                assertEquals(List.of("none", WAITING), responses(channel));
                assertTrue(channel.messages().getLast().response().orElseThrow().approvable());
            }
        }
    }

    @Test
    void a_state_that_returns_within_five_minutes_arrives_each_time() {
        try (QueueWorld world = new QueueWorld(moto, true, List.of(chat))) {
            String incident = world.open("Returns");
            List<String> states = List.of(WAITING, "applied", WAITING, "applied", "released");
            for (int number = 0; number < states.size(); number++) {
                world.respond(incident, states.get(number), false, "plan-" + number);
                assertTrue(world.drain());
                world.advance(Duration.ofSeconds(10));
            }
            assertEquals(states, responses(chat));
        }
    }

    @Test
    void a_message_that_is_delivered_again_is_not_sent_again() {
        try (QueueWorld world = new QueueWorld(moto, true, List.of(chat))) {
            world.publish(world.open("Again"), "opened-1");
            String plan = world.receive().getFirst().body();
            world.handle(plan);
            String wake = world.receive().getFirst().body();
            world.handle(wake);
            world.handle(wake);
            world.handle(plan);
            assertEquals(1, chat.messages().size());
            // The queue delivers both once more, because nobody has deleted them.
            world.runSchedule();
            assertEquals(1, chat.messages().size());
        }
    }

    @Test
    void a_channel_and_an_incident_in_flight_delay_no_other() {
        try (QueueWorld world = new QueueWorld(moto, true, List.of(chat, pager))) {
            String first = world.open("First");
            world.publish(first, "opened-1");
            world.handle(world.receive().getFirst().body());
            List<String> wakes = world.receive().stream().map(Message::body).toList();
            assertEquals(2, wakes.size(), wakes.toString());
            // The wake-up of the pager and the plan of the first incident stay in flight.
            world.handle(wakes.stream()
                    .filter(body -> body.contains("\"chat\""))
                    .findFirst()
                    .orElseThrow());
            world.publish(world.open("Second"), "opened-1");
            List<Message> next = world.receive();
            assertEquals(1, next.size());
            assertTrue(next.getFirst().body().contains("incidentId"));
            assertEquals(1, chat.messages().size());
            // The schedule does not wait for what a crashed process holds.
            world.handle("{\"scheduled\":\"now\"}");
            assertEquals(first, pager.messages().getFirst().incident().id());
        }
    }

    @Test
    void frequent_throttling_and_conflicts_lose_nothing() {
        moto.setFaults(Faults.FREQUENT);
        try (QueueWorld world = new QueueWorld(moto, true, List.of(chat, pager))) {
            IntStream.range(0, 6).forEach(number -> world.publish(world.open("Rule " + number), "opened-1"));
            world.drain();
            moto.setFaults(Faults.DEFAULT);
            world.runSchedule();
            for (RecordingChannel channel : List.of(chat, pager)) {
                assertEquals(
                        6,
                        channel.messages().stream()
                                .map(message -> message.incident().id())
                                .distinct()
                                .count());
                assertEquals(6, channel.messages().size(), "one message each");
            }
        }
    }

    /** Ends the process before, or after, each of its requests in turn. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_crash_at_any_request_loses_nothing(boolean performed) {
        IntFunction<Faults> crash = after -> Faults.NONE.and(
                performed
                        ? new Faults.Rule(".*", null, after, 1, "InternalServerError", 500, true)
                        : Faults.Rule.fail(".*", after, 1));
        for (int after = 0; after < 100; after++) {
            RecordingChannel channel = new RecordingChannel("chat");
            moto.setFaults(Faults.NONE);
            try (QueueWorld world = new QueueWorld(moto, false, List.of(channel))) {
                String incident = world.open("Crash");
                world.respond(incident, WAITING, true, "plan-1");
                moto.setFaults(crash.apply(after));
                boolean completed = world.drain();
                moto.setFaults(Faults.NONE);
                world.startProcess();
                world.runSchedule();
                assertShown(channel, "crash after " + after + " requests");
                if (completed) {
                    assertTrue(after > 5, "the process sends requests");
                    return;
                }
            }
        }
        throw new AssertionError("the process never comes to an end");
    }

    /** A message is repeated only if the process ended while it was being sent. */
    private static void assertShown(RecordingChannel channel, String reason) {
        List<IncidentNotification> messages = channel.messages();
        assertFalse(messages.isEmpty(), reason);
        assertEquals(
                WAITING,
                messages.getLast().response().map(ResponseStatus::state).orElse("none"),
                reason);
        assertTrue(
                messages.size() == 1
                        || messages.size() == 2 && messages.getLast().previous().inFlight(),
                reason + ": " + messages.size() + " messages");
    }
}
