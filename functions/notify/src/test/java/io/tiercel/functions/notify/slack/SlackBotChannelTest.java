package io.tiercel.functions.notify.slack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.functions.incident.IncidentState;
import io.tiercel.functions.notification.Acknowledgement;
import io.tiercel.functions.notification.ButtonSigner;
import io.tiercel.functions.notification.DeliveryResult;
import io.tiercel.functions.notification.GroupNotification;
import io.tiercel.functions.notification.GroupSummary;
import io.tiercel.functions.notification.IncidentNotification;
import io.tiercel.functions.notification.NotificationChannel;
import io.tiercel.functions.notification.NotificationRecord;
import io.tiercel.functions.notification.SingleIncidentStore;
import io.tiercel.functions.notification.Subject;
import io.tiercel.functions.notification.TestOutbox;
import io.tiercel.functions.notify.FallbackChannel;
import io.tiercel.functions.notify.GroupMessages;
import io.tiercel.functions.notify.NotificationSamples;
import io.tiercel.rules.alert.Priority;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class SlackBotChannelTest {
    private final FakeSlackApi slack = new FakeSlackApi();
    private final SingleIncidentStore store = new SingleIncidentStore();
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final SlackBotChannel bot =
            new SlackBotChannel("soc", "#soc", slack, (action, id, plan) -> Optional.of("signed"));

    private TestOutbox outbox() {
        return new TestOutbox(store, store, List.of(bot), () -> now);
    }

    private void advanceAndDeliver(Duration time) {
        now = now.plus(time);
        outbox().deliver();
    }

    @Test
    void an_incident_is_one_thread_whose_root_message_is_edited() {
        store.setCount(1);
        outbox().deliver("i");
        store.setCount(10_000);
        outbox().deliver("i");
        assertTrue(
                slack.root().text().startsWith("Warning: Terminal shell"),
                slack.root().text());
        advanceAndDeliver(bot.updateInterval());
        assertTrue(
                slack.root().text().startsWith("10000 times: Warning"),
                slack.root().text());
        store.update(IncidentState.OPEN, Priority.CRITICAL);
        outbox().deliver("i");
        store.acknowledge(new Acknowledgement("i", 1, "slack:U1", 0));
        outbox().deliver("i");
        store.update(IncidentState.CLOSED, Priority.CRITICAL);
        outbox().deliver("i");
        assertTrue(
                slack.root().text().startsWith("Closed: 10000 times"),
                slack.root().text());
        assertEquals(1, slack.rootCount());
        assertEquals(
                List.of(
                        "The incident escalated: priority Critical, 10000 alerts, tactics Execution. (broadcast)",
                        "Acknowledged by slack:U1.",
                        "The incident was closed after 10000 alerts."),
                slack.replies());
    }

    @Test
    void a_lost_response_does_not_duplicate_the_root_message() {
        store.setCount(1);
        slack.loseResponse = true;
        outbox().deliver("i");
        slack.loseResponse = false;
        advanceAndDeliver(Duration.ofMinutes(1));
        assertEquals(1, slack.rootCount());
        assertEquals(1, slack.searches);
    }

    @Test
    void a_deleted_root_message_is_replaced() {
        store.setCount(1);
        outbox().deliver("i");
        slack.messages.clear();
        store.update(IncidentState.CLOSED, Priority.WARNING);
        outbox().deliver("i");
        assertEquals(1, slack.rootCount());
        assertTrue(slack.root().text().startsWith("Closed: "));
    }

    @Test
    void a_message_that_slack_rejects_is_sent_without_blocks() {
        store.setCount(1);
        slack.failOnce = "msg_blocks_too_long";
        outbox().deliver("i");
        assertEquals(1, slack.rootCount());
        assertTrue(slack.root().blocks().isEmpty());
    }

    @Test
    void a_group_is_one_message_that_is_edited_and_a_reply_at_the_end() {
        GroupMessages messages = new GroupMessages(bot::sendGroup);
        messages.send(GroupMessages.group(3, 3, Priority.WARNING));
        messages.send(GroupMessages.group(9_000, 8_000, Priority.CRITICAL));
        assertEquals(1, slack.rootCount());
        assertEquals(
                "Critical: 9000 incidents of rule Terminal &lt;shell&gt; &amp; more in 60 s, 8000 open, 1000 closed, 9006 alerts",
                slack.root().text());
        String blocks = slack.root().blocks().toString();
        assertTrue(blocks.contains("and 8998 more"), blocks);
        assertTrue(blocks.contains("`/tmp/&lt;!channel&gt;'*x*`"), blocks);
        messages.send(GroupMessages.group(9_000, 0, Priority.CRITICAL));
        messages.send(GroupMessages.group(9_000, 0, Priority.CRITICAL));
        assertTrue(
                slack.root().text().startsWith("Critical: Closed: 9000"),
                slack.root().text());
        assertEquals(List.of("All 9000 incidents of this group are closed, after 9006 alerts."), slack.replies());
    }

    @Property(tries = 100)
    void hostile_groups_stay_within_slacks_limits(@ForAll("texts") String text) {
        List<GroupSummary.Cause> top = Collections.nCopies(
                GroupSummary.MAX_TOP,
                new GroupSummary.Cause("i", text, text, text, Priority.EMERGENCY, Long.MAX_VALUE, false));
        SlackBotChannel channel = new SlackBotChannel("soc", "#soc", new FakeSlackApi(), ButtonSigner.NO_BUTTONS);
        assertInstanceOf(
                DeliveryResult.Sent.class,
                new GroupMessages(channel::sendGroup)
                        .send(GroupMessages.group(Long.MAX_VALUE - 6, 1, Priority.EMERGENCY, text, top)));
    }

    @Provide
    Arbitrary<String> texts() {
        return NotificationSamples.hostileTexts();
    }

    @Test
    void rejections_are_final_and_failures_are_retried() {
        store.setCount(1);
        slack.failAlways = "channel_not_found";
        assertEquals(
                new DeliveryResult.Rejected("Slack: channel_not_found"),
                bot.send(SingleIncidentStore.firstNotification(store.find("i").orElseThrow())));
        slack.busy = true;
        assertEquals(
                new DeliveryResult.Retry(Duration.ofSeconds(7), "Slack: busy"),
                bot.send(SingleIncidentStore.firstNotification(store.find("i").orElseThrow())));
    }

    @Test
    void the_fallback_receives_rejected_messages() {
        List<IncidentNotification> received = new ArrayList<>();
        NotificationChannel fallback = new RecordingChannel(received);
        store.setCount(1);
        slack.failAlways = "invalid_auth";
        IncidentNotification notification =
                SingleIncidentStore.firstNotification(store.find("i").orElseThrow());
        assertInstanceOf(DeliveryResult.Sent.class, new FallbackChannel(bot, fallback).send(notification));
        assertEquals(1, received.size());
    }

    @Test
    void a_message_that_the_fallback_skips_is_shown_when_the_channel_recovers() {
        store.setCount(1);
        slack.failAlways = "channel_is_archived";
        NotificationChannel quiet = new NotificationChannel() {
            @Override
            public String name() {
                return "quiet";
            }

            @Override
            public Duration sendInterval() {
                return Duration.ZERO;
            }

            @Override
            public DeliveryResult send(IncidentNotification notification) {
                return new DeliveryResult.Skipped();
            }

            @Override
            public DeliveryResult sendGroup(GroupNotification notification) {
                return new DeliveryResult.Skipped();
            }
        };
        TestOutbox outbox = new TestOutbox(store, store, List.of(new FallbackChannel(bot, quiet)), () -> now);
        outbox.deliver("i");
        NotificationRecord record =
                store.findRecord(Subject.incident("i"), "soc").orElseThrow();
        assertEquals(0, record.sent());
        assertEquals(
                "gave up after 1 attempt: Slack: channel_is_archived",
                record.attempts().error());
        assertEquals(1, record.attempts().givenUp());
    }

    /** After a crash between any two calls, the conversation has one root message with the last count. */
    @Property(tries = 200)
    void a_crash_at_any_call_leaves_one_root_message(@ForAll long seed) {
        FakeSlackApi conversation = new FakeSlackApi();
        SingleIncidentStore incidents = new SingleIncidentStore();
        Random random = new Random(seed);
        Instant[] time = {Instant.parse("2026-01-01T00:00:00Z")};
        SlackBotChannel channel = new SlackBotChannel("soc", "#soc", conversation, ButtonSigner.NO_BUTTONS);
        for (int count = 1; count <= 20; count++) {
            incidents.setCount(count);
            conversation.crashAfterCalls = random.nextInt(4);
            TestOutbox crashing = new TestOutbox(incidents, incidents, List.of(channel), () -> time[0]);
            try {
                crashing.deliver("i");
            } catch (SimulatedCrash e) {
                // Expected: the next lane continues.
            }
            time[0] = time[0].plusSeconds(random.nextInt(200));
        }
        conversation.crashAfterCalls = Integer.MAX_VALUE;
        time[0] = time[0].plus(NotificationRecord.CLAIM_DURATION);
        new TestOutbox(incidents, incidents, List.of(channel), () -> time[0]).deliver("i");
        assertEquals(1, conversation.rootCount());
        assertTrue(
                conversation.root().text().startsWith("20 times"),
                conversation.root().text());
    }

    private static final class SimulatedCrash extends Error {
        private static final long serialVersionUID = 1L;
    }

    private record RecordingChannel(List<IncidentNotification> received) implements NotificationChannel {
        @Override
        public String name() {
            return "recording";
        }

        @Override
        public long nextCount(long deliveredCount) {
            return NEVER;
        }

        @Override
        public Duration updateInterval() {
            return Duration.ZERO;
        }

        @Override
        public Duration sendInterval() {
            return Duration.ZERO;
        }

        @Override
        public DeliveryResult send(IncidentNotification notification) {
            received.add(notification);
            return new DeliveryResult.Sent();
        }

        @Override
        public DeliveryResult sendGroup(GroupNotification notification) {
            return new DeliveryResult.Skipped();
        }
    }

    /** A simulated Slack conversation. */
    private static final class FakeSlackApi implements SlackApi {
        private record Posted(
                String ts, @Nullable String thread, boolean broadcast, String incident, SlackMessage message) {}

        private final List<Posted> messages = new ArrayList<>();
        private int lastId;
        private int searches;
        private boolean loseResponse;
        private boolean busy;
        private int crashAfterCalls = Integer.MAX_VALUE;
        private @Nullable String failOnce;
        private @Nullable String failAlways;

        long rootCount() {
            return messages.stream().filter(posted -> posted.thread() == null).count();
        }

        SlackMessage root() {
            return messages.stream()
                    .filter(posted -> posted.thread() == null)
                    .findFirst()
                    .orElseThrow()
                    .message();
        }

        List<String> replies() {
            return messages.stream()
                    .filter(posted -> posted.thread() != null)
                    .map(posted -> posted.message().text() + (posted.broadcast() ? " (broadcast)" : ""))
                    .toList();
        }

        private @Nullable Result failure(SlackMessage message) {
            SlackLimits.check(message.payload());
            if (busy) {
                return new Result.Retry(Duration.ofSeconds(7), "busy");
            }
            String error = failAlways == null ? failOnce : failAlways;
            failOnce = null;
            return error == null ? null : new Result.Failed(error);
        }

        /** Simulates a crash before or after the call takes effect. */
        private void crashIfDue() {
            if (crashAfterCalls-- == 0) {
                throw new SimulatedCrash();
            }
        }

        @Override
        public Result post(
                String channel, @Nullable String thread, boolean broadcast, String incidentId, SlackMessage message) {
            crashIfDue();
            Result failure = failure(message);
            if (failure != null) {
                return failure;
            }
            String ts = ++lastId + ".0";
            boolean threadExists =
                    messages.stream().anyMatch(posted -> posted.ts().equals(thread));
            messages.add(new Posted(ts, threadExists ? thread : null, broadcast, incidentId, message));
            crashIfDue();
            return loseResponse
                    ? new Result.Unknown("no response")
                    : new Result.Ok("C1", ts, threadExists ? thread : null);
        }

        @Override
        public Result update(String channelId, String ts, String incidentId, SlackMessage message) {
            crashIfDue();
            Result failure = failure(message);
            if (failure != null) {
                return failure;
            }
            for (int i = 0; i < messages.size(); i++) {
                Posted posted = messages.get(i);
                if (posted.ts().equals(ts)) {
                    messages.set(i, new Posted(ts, posted.thread(), posted.broadcast(), incidentId, message));
                    crashIfDue();
                    return new Result.Ok("C1", ts, null);
                }
            }
            return new Result.Failed("message_not_found");
        }

        @Override
        public Result find(String channel, String incidentId, Instant since) {
            crashIfDue();
            searches++;
            return messages.stream()
                    .filter(posted ->
                            posted.thread() == null && posted.incident().equals(incidentId))
                    .findFirst()
                    .<Result>map(posted -> new Result.Ok("C1", posted.ts(), null))
                    .orElse(new Result.Failed(MESSAGE_NOT_FOUND));
        }

        @Override
        public void close() {}
    }
}
