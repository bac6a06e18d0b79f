package io.tiercel.functions.notification.group;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.functions.incident.UrgencyClass;
import io.tiercel.functions.json.Json;
import io.tiercel.functions.notification.GroupSummary.Dimension;
import io.tiercel.functions.notification.file.ChannelLimits;
import io.tiercel.functions.notification.group.ChannelWindow.Message;
import io.tiercel.functions.notification.group.ChannelWindow.OpenGroup;
import io.tiercel.functions.respond.state.StateStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Laws of the decision, over random storms. */
@Tag("unit")
class WindowDecisionPropertyTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    /**
     * An incident.
     *
     * @param pauseMillis the time since the previous incident
     */
    private record Step(long pauseMillis, UrgencyClass urgency, int rule, int host, int cluster) {
        GroupCandidate candidate(int number) {
            return new GroupCandidate(
                    "o" + number, false, urgency, "rule" + rule, host == 0 ? "" : "host" + host, "cluster" + cluster);
        }
    }

    /** The decisions of a storm, in order. */
    private record Outcome(ChannelWindow window, List<Optional<OpenGroup>> places, List<Long> times) {
        static Outcome of(List<Step> steps, ChannelLimits limits) {
            ChannelWindow window = ChannelWindow.EMPTY;
            long time = START.toEpochMilli();
            List<Optional<OpenGroup>> places = new ArrayList<>();
            List<Long> times = new ArrayList<>();
            for (int i = 0; i < steps.size(); i++) {
                time += steps.get(i).pauseMillis();
                WindowDecision decision = decide(window, steps.get(i).candidate(i), limits, time);
                window = decision.window();
                places.add(decision.group());
                times.add(time);
            }
            return new Outcome(window, places, times);
        }
    }

    private static WindowDecision decide(
            ChannelWindow window, GroupCandidate candidate, ChannelLimits limits, long time) {
        return WindowDecision.decide(window, candidate, "soc", limits, group -> false, Instant.ofEpochMilli(time));
    }

    @Provide
    Arbitrary<List<Step>> storms() {
        return Combinators.combine(
                        Arbitraries.longs().between(0, 3_000),
                        Arbitraries.of(UrgencyClass.class),
                        Arbitraries.integers().between(0, 4),
                        Arbitraries.integers().between(0, 3),
                        Arbitraries.integers().between(0, 3))
                .as(Step::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(200);
    }

    @Provide
    Arbitrary<ChannelLimits> limits() {
        return Combinators.combine(
                        Arbitraries.of(0, 1, 2, 5, ChannelLimits.NO_LIMIT),
                        Arbitraries.of(1, 10, 60),
                        Arbitraries.of(1, 5, 20, ChannelLimits.NO_LIMIT),
                        Arbitraries.of(5, 60, 600))
                .as((over, within, messages, messagesWithin) -> new ChannelLimits(
                        over, Duration.ofSeconds(within), messages, Duration.ofSeconds(messagesWithin)));
    }

    /** Digests aside, no class sends more than its limit in any window, counting the more important classes. */
    @Property(tries = 300)
    void messages_never_exceed_the_limit(@ForAll("storms") List<Step> steps, @ForAll("limits") ChannelLimits limits) {
        Outcome outcome = Outcome.of(steps, limits);
        long window = limits.messagesWithin().toMillis();
        Set<String> opened = new HashSet<>();
        List<Long> sent = new ArrayList<>();
        for (int i = 0; i < steps.size(); i++) {
            Optional<OpenGroup> place = outcome.places().get(i);
            boolean message = place.isEmpty() || opened.add(place.get().id());
            boolean digest = place.isPresent() && place.get().dimension() == Dimension.CHANNEL;
            if (message && !digest && steps.get(i).urgency() == UrgencyClass.VERIFIED_URGENT) {
                sent.add(outcome.times().get(i));
            }
        }
        for (int i = 0; i < sent.size(); i++) {
            int from = i;
            long within = sent.stream()
                    .filter(time -> time >= sent.get(from) && time - sent.get(from) < window)
                    .count();
            assertTrue(within <= limits.messages(), within + " messages");
        }
    }

    /** What is urgent is shown as if there were no noise. */
    @Property(tries = 300)
    void noise_never_changes_what_happens_to_more_important_incidents(
            @ForAll("storms") List<Step> steps, @ForAll("limits") ChannelLimits limits, @ForAll UrgencyClass least) {
        Outcome all = Outcome.of(steps, limits);
        ChannelWindow window = ChannelWindow.EMPTY;
        for (int i = 0; i < steps.size(); i++) {
            if (steps.get(i).urgency().compareTo(least) <= 0) {
                WindowDecision alone = decide(
                        window, steps.get(i).candidate(i), limits, all.times().get(i));
                window = alone.window();
                assertEquals(
                        all.places().get(i).map(OpenGroup::id), alone.group().map(OpenGroup::id), "incident " + i);
            }
        }
    }

    @Property(tries = 300)
    void a_retry_has_the_same_place_and_stores_nothing(
            @ForAll("storms") List<Step> steps, @ForAll("limits") ChannelLimits limits) {
        ChannelWindow window = ChannelWindow.EMPTY;
        long time = START.toEpochMilli();
        for (int i = 0; i < steps.size(); i++) {
            time += steps.get(i).pauseMillis();
            WindowDecision first = decide(window, steps.get(i).candidate(i), limits, time);
            WindowDecision again = decide(first.window(), steps.get(i).candidate(i), limits, time);
            assertSame(first.window(), again.window());
            assertEquals(first.group(), again.group());
            window = first.window();
        }
    }

    @Property(tries = 300)
    void members_of_a_group_share_its_value_and_its_class(
            @ForAll("storms") List<Step> steps, @ForAll("limits") ChannelLimits limits) {
        Outcome outcome = Outcome.of(steps, limits);
        TreeMap<String, String> kinds = new TreeMap<>();
        for (int i = 0; i < steps.size(); i++) {
            GroupCandidate candidate = steps.get(i).candidate(i);
            outcome.places().get(i).ifPresent(group -> {
                String value = candidate.value(group.dimension(), "soc").orElseThrow();
                assertEquals(GroupCandidate.hash(value), group.hash());
                String kind = candidate.urgency() + " " + group.dimension() + " " + value;
                assertEquals(kind, kinds.computeIfAbsent(group.id(), id -> kind));
                assertTrue(group.id().matches("[a-z0-9-]{1,64}"), group.id());
            });
        }
    }

    @Property(tries = 50)
    void a_window_fits_into_a_document(@ForAll("limits") ChannelLimits limits) {
        ChannelLimits wide = new ChannelLimits(
                limits.groupOver(), Duration.ofHours(1), ChannelLimits.NO_LIMIT, Duration.ofHours(24));
        ChannelWindow window = ChannelWindow.EMPTY;
        for (int i = 0; i < 1_500; i++) {
            String text = i + "\u0000\"".repeat(500);
            GroupCandidate candidate = new GroupCandidate(
                    GroupCandidate.hash("occasion" + i),
                    i % 2 == 0,
                    UrgencyClass.values()[2 - i % 3],
                    text,
                    text,
                    text);
            window = decide(window, candidate, wide, START.toEpochMilli() + i).window();
        }
        assertTrue(window.messages().size() <= WindowDecision.MAX_MESSAGES, "messages");
        assertTrue(window.groups().size() <= WindowDecision.MAX_GROUPS + 6, "groups");
        String document = Json.write(window);
        assertTrue(document.length() <= StateStore.MAX_CHARACTERS, document.length() + " characters");
        assertEquals(window, Json.read(document, ChannelWindow.class, IllegalStateException::new));
    }

    /** The limits of the document count like those of the channel: noise uses up the part of its own class only. */
    @Test
    void noise_that_fills_the_document_does_not_hide_what_is_urgent() {
        ChannelLimits wide = new ChannelLimits(5, Duration.ofHours(1), ChannelLimits.NO_LIMIT, Duration.ofHours(24));
        List<Step> noise = new ArrayList<>();
        for (int i = 0; i < WindowDecision.MAX_MESSAGES; i++) {
            noise.add(new Step(1, UrgencyClass.UNVERIFIED, 1_000 + i, 1_000 + i, 1_000 + i));
        }
        Outcome full = Outcome.of(noise, wide);
        assertEquals(WindowDecision.MAX_MESSAGES, full.window().messages().size());
        long time = full.times().getLast() + 1;
        Step urgent = new Step(0, UrgencyClass.VERIFIED_URGENT, 1, 1, 1);
        WindowDecision own = decide(full.window(), urgent.candidate(-1), wide, time);
        assertEquals(Optional.empty(), own.group(), "a message of its own");
        assertEquals(WindowDecision.MAX_MESSAGES, own.window().messages().size());
        WindowDecision digest = decide(full.window(), noise.getFirst().candidate(-2), wide, time);
        assertEquals(Dimension.CHANNEL, digest.group().orElseThrow().dimension(), "further noise");
    }

    @Test
    void noise_with_many_groups_does_not_hide_a_group_of_what_is_urgent() {
        ChannelLimits grouped = new ChannelLimits(0, Duration.ofHours(1), ChannelLimits.NO_LIMIT, Duration.ofHours(24));
        List<Step> noise = new ArrayList<>();
        for (int i = 0; i < WindowDecision.MAX_GROUPS; i++) {
            noise.add(new Step(1, UrgencyClass.UNVERIFIED, 1_000 + i, 1_000 + i, 1_000 + i));
        }
        Outcome full = Outcome.of(noise, grouped);
        Step urgent = new Step(0, UrgencyClass.VERIFIED_URGENT, 1, 1, 1);
        WindowDecision group = decide(
                full.window(), urgent.candidate(-1), grouped, full.times().getLast() + 1);
        assertEquals(Dimension.RULE, group.group().orElseThrow().dimension());
        assertEquals(WindowDecision.MAX_GROUPS, group.window().groups().size());
    }

    private static List<Step> same(int count, long pauseMillis) {
        List<Step> steps = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            steps.add(new Step(pauseMillis, UrgencyClass.UNVERIFIED, 1, 1, 1));
        }
        return steps;
    }

    @Test
    void a_storm_of_one_rule_is_five_messages_and_one_group() {
        Outcome outcome = Outcome.of(same(10_000, 6), ChannelLimits.DEFAULT);
        assertEquals(5, outcome.places().stream().filter(Optional::isEmpty).count());
        assertEquals(
                1,
                outcome.places().stream()
                        .flatMap(Optional::stream)
                        .map(OpenGroup::id)
                        .distinct()
                        .count());
        assertEquals(Dimension.RULE, outcome.places().getLast().orElseThrow().dimension());
        assertEquals(6, outcome.window().messages().size());
    }

    @Test
    void a_group_ends_with_its_storm_or_after_an_hour() {
        List<Step> storm = new ArrayList<>(same(10, 100));
        storm.add(new Step(76_000, UrgencyClass.UNVERIFIED, 1, 1, 1));
        Outcome outcome = Outcome.of(storm, ChannelLimits.DEFAULT);
        assertTrue(outcome.places().getLast().isEmpty(), "the next incident has a message of its own");
        Outcome slow =
                Outcome.of(same(200, 50_000), new ChannelLimits(0, Duration.ofMinutes(1), 20, Duration.ofMinutes(1)));
        assertEquals(
                3,
                slow.places().stream()
                        .flatMap(Optional::stream)
                        .map(OpenGroup::id)
                        .distinct()
                        .count(),
                "200 incidents, one each 50 s, take 2.8 h");
    }

    @Test
    void a_full_group_is_followed_by_another_one() {
        Outcome storm = Outcome.of(same(7, 1), ChannelLimits.DEFAULT);
        OpenGroup full = storm.places().getLast().orElseThrow();
        WindowDecision next = WindowDecision.decide(
                storm.window(),
                new Step(0, UrgencyClass.UNVERIFIED, 1, 1, 1).candidate(99),
                "soc",
                ChannelLimits.DEFAULT,
                group -> group.equals(full.id()),
                START.plusSeconds(1));
        assertEquals(Dimension.RULE, next.group().orElseThrow().dimension());
        assertTrue(!next.group().orElseThrow().id().equals(full.id()));
        assertEquals(1, next.window().groups().size());
    }

    @Test
    void rules_are_preferred_to_hosts_and_hosts_to_clusters() {
        List<Step> steps = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            steps.add(new Step(1, UrgencyClass.VERIFIED, 1, 1, 1));
        }
        steps.add(new Step(1, UrgencyClass.VERIFIED, 1, 1, 1));
        steps.add(new Step(1, UrgencyClass.VERIFIED, 2, 1, 1));
        steps.add(new Step(1, UrgencyClass.VERIFIED, 2, 2, 1));
        steps.add(new Step(1, UrgencyClass.VERIFIED, 2, 2, 2));
        Outcome outcome = Outcome.of(steps, ChannelLimits.DEFAULT);
        assertEquals(
                List.of(Dimension.RULE, Dimension.HOST, Dimension.CLUSTER),
                outcome.places().subList(5, 8).stream()
                        .map(place -> place.orElseThrow().dimension())
                        .toList());
        assertTrue(outcome.places().getLast().isEmpty());
        assertEquals(9, outcome.window().messages().size());
        assertTrue(outcome.window().messages().stream()
                        .map(Message::occasion)
                        .distinct()
                        .count()
                == 9);
    }
}
