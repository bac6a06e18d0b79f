package io.tiercel.functions.notification;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.functions.incident.IncidentState;
import io.tiercel.rules.alert.Priority;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SlackBotTest {
    private final Conversation slack = new Conversation();
    private final Memory memory = new Memory();
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final SlackBot bot = new SlackBot("soc", "#soc", slack, (wish, id, plan) -> Optional.of("signed"));

    private Announcer announcer() {
        return new Announcer(memory, memory, Memory.FORESEEN, Routing.EVERYWHERE, List.of(bot), () -> now);
    }

    private void pass(Duration time) {
        now = now.plus(time);
        announcer().announceDue(10);
    }

    @Test
    void an_incidents_life_is_one_thread_whose_root_is_edited() {
        memory.count(1);
        announcer().announce("i");
        memory.count(10_000);
        announcer().announce("i");
        assertTrue(
                slack.root().text().startsWith("Warning: Terminal shell"),
                slack.root().text());
        pass(bot.pause());
        assertTrue(
                slack.root().text().startsWith("10000 times: Warning"),
                slack.root().text());
        memory.now(IncidentState.OPEN, Priority.CRITICAL);
        announcer().announce("i");
        memory.acknowledge(new Acknowledgement("i", 1, "slack:U1", 0));
        announcer().announce("i");
        memory.now(IncidentState.CLOSED, Priority.CRITICAL);
        announcer().announce("i");
        assertTrue(
                slack.root().text().startsWith("Closed: 10000 times"),
                slack.root().text());
        assertEquals(1, slack.roots());
        assertEquals(
                List.of(
                        "The incident has escalated: priority Critical, 10000 alerts, tactics Execution. (shown)",
                        "Acknowledged by slack:U1.",
                        "The incident is closed after 10000 alerts."),
                slack.replies());
    }

    @Test
    void a_lost_answer_does_not_make_a_second_root() {
        memory.count(1);
        slack.loseAnswer = true;
        announcer().announce("i");
        slack.loseAnswer = false;
        pass(Duration.ofMinutes(1));
        assertEquals(1, slack.roots());
        assertEquals(1, slack.searches);
    }

    @Test
    void a_thread_whose_root_was_deleted_is_begun_anew() {
        memory.count(1);
        announcer().announce("i");
        slack.messages.clear();
        memory.now(IncidentState.CLOSED, Priority.WARNING);
        announcer().announce("i");
        assertEquals(1, slack.roots());
        assertTrue(slack.root().text().startsWith("Closed: "));
    }

    @Test
    void what_slack_finds_too_much_is_said_without_blocks() {
        memory.count(1);
        slack.fail = "msg_blocks_too_long";
        announcer().announce("i");
        assertEquals(1, slack.roots());
        assertTrue(slack.root().blocks().isEmpty());
    }

    @Test
    void refusals_are_final_and_trouble_is_not() {
        memory.count(1);
        slack.failAlways = "channel_not_found";
        assertEquals(
                new Delivery.Refused("Slack: channel_not_found"),
                bot.send(Memory.first(memory.find("i").orElseThrow())));
        slack.later = true;
        assertEquals(
                new Delivery.Later(Duration.ofSeconds(7), "Slack: busy"),
                bot.send(Memory.first(memory.find("i").orElseThrow())));
    }

    @Test
    void the_fallback_steps_in_for_what_is_refused() {
        List<Notice> heard = new ArrayList<>();
        Notifier fallback = new Listening(heard);
        memory.count(1);
        slack.failAlways = "invalid_auth";
        Notice notice = Memory.first(memory.find("i").orElseThrow());
        assertInstanceOf(Delivery.Sent.class, new WithFallback(bot, fallback).send(notice));
        assertEquals(1, heard.size());
    }

    /** A process that dies between any two calls leaves one root and no count untold. */
    @Property(tries = 200)
    void crashes_at_any_call_leave_one_root(@ForAll long seed) {
        Conversation conversation = new Conversation();
        Memory kept = new Memory();
        Random random = new Random(seed);
        Instant[] time = {Instant.parse("2026-01-01T00:00:00Z")};
        SlackBot mortal = new SlackBot("soc", "#soc", conversation, Buttons.NONE);
        for (int count = 1; count <= 20; count++) {
            kept.count(count);
            conversation.dieIn = random.nextInt(4);
            Announcer one =
                    new Announcer(kept, kept, Memory.FORESEEN, Routing.EVERYWHERE, List.of(mortal), () -> time[0]);
            try {
                one.announce("i");
            } catch (Killed e) {
                // The next one goes on.
            }
            time[0] = time[0].plusSeconds(random.nextInt(200));
        }
        conversation.dieIn = Integer.MAX_VALUE;
        time[0] = time[0].plus(Announcer.SENDING);
        new Announcer(kept, kept, Memory.FORESEEN, Routing.EVERYWHERE, List.of(mortal), () -> time[0]).announceDue(10);
        assertEquals(1, conversation.roots());
        assertTrue(
                conversation.root().text().startsWith("20 times"),
                conversation.root().text());
    }

    private static final class Killed extends Error {
        private static final long serialVersionUID = 1L;
    }

    private record Listening(List<Notice> heard) implements Notifier {
        @Override
        public String channel() {
            return "listening";
        }

        @Override
        public long nextCount(long announcedCount) {
            return NEVER;
        }

        @Override
        public Duration pause() {
            return Duration.ZERO;
        }

        @Override
        public Duration pace() {
            return Duration.ZERO;
        }

        @Override
        public Delivery send(Notice notice) {
            heard.add(notice);
            return new Delivery.Sent();
        }
    }

    /** A conversation in Slack, with Slack's manners. */
    private static final class Conversation implements SlackApi {
        private record Posted(
                String ts, @Nullable String thread, boolean shown, String incident, SlackMessage message) {}

        private final List<Posted> messages = new ArrayList<>();
        private int number;
        private int searches;
        private boolean loseAnswer;
        private boolean later;
        private int dieIn = Integer.MAX_VALUE;
        private @Nullable String fail;
        private @Nullable String failAlways;

        long roots() {
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
                    .map(posted -> posted.message().text() + (posted.shown() ? " (shown)" : ""))
                    .toList();
        }

        private @Nullable Answer trouble(SlackMessage message) {
            SlackLimits.check(message.payload());
            if (later) {
                return new Answer.Later(Duration.ofSeconds(7), "busy");
            }
            String error = failAlways == null ? fail : failAlways;
            fail = null;
            return error == null ? null : new Answer.Failed(error);
        }

        /** Dies before the call takes effect or after it. */
        private void perhapsDie() {
            if (dieIn-- == 0) {
                throw new Killed();
            }
        }

        @Override
        public Answer post(
                String channel, @Nullable String thread, boolean broadcast, String incidentId, SlackMessage message) {
            perhapsDie();
            Answer trouble = trouble(message);
            if (trouble != null) {
                return trouble;
            }
            String ts = ++number + ".0";
            boolean there = messages.stream().anyMatch(posted -> posted.ts().equals(thread));
            messages.add(new Posted(ts, there ? thread : null, broadcast, incidentId, message));
            perhapsDie();
            return loseAnswer ? new Answer.Lost("no answer") : new Answer.Done("C1", ts, there ? thread : null);
        }

        @Override
        public Answer update(String channelId, String ts, String incidentId, SlackMessage message) {
            perhapsDie();
            Answer trouble = trouble(message);
            if (trouble != null) {
                return trouble;
            }
            for (int i = 0; i < messages.size(); i++) {
                Posted posted = messages.get(i);
                if (posted.ts().equals(ts)) {
                    messages.set(i, new Posted(ts, posted.thread(), posted.shown(), incidentId, message));
                    perhapsDie();
                    return new Answer.Done("C1", ts, null);
                }
            }
            return new Answer.Failed("message_not_found");
        }

        @Override
        public Answer find(String channel, String incidentId, Instant since) {
            perhapsDie();
            searches++;
            return messages.stream()
                    .filter(posted ->
                            posted.thread() == null && posted.incident().equals(incidentId))
                    .findFirst()
                    .<Answer>map(posted -> new Answer.Done("C1", posted.ts(), null))
                    .orElse(new Answer.Failed(NOT_THERE));
        }

        @Override
        public void close() {}
    }
}
