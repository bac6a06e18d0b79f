package io.tiercel.functions.notification.silence;

import static io.tiercel.functions.notification.silence.SilencedFixtures.OTHER_PLAN;
import static io.tiercel.functions.notification.silence.SilencedFixtures.PLAN;
import static io.tiercel.functions.notification.silence.SilencedFixtures.incident;
import static io.tiercel.functions.notification.silence.SilencedFixtures.state;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.notification.IncidentFacts;
import io.tiercel.functions.notification.SilenceScope;
import io.tiercel.rules.alert.Priority;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("unit")
class SilenceConditionTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    private static boolean matches(String condition, Incident incident, String plan) throws Exception {
        return SilenceCondition.parse(condition)
                .matches(SilenceCondition.facts(IncidentFacts.of(incident), state(incident, plan)));
    }

    private static String rejection(String when, boolean all) {
        return String.valueOf(assertThrows(InvalidSilence.class, () -> SilenceRequest.checkCondition(when, all))
                .getMessage());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "incident.rule = \"Log cleared\"",
                "incident.rule = \"Log cleared\" and not proc.name = backup",
                "k8s.ns.name = dev",
                "incident.workload startswith \"dev/\"",
                "incident.cluster = staging",
                "incident.urgency >= 5",
                "rule in (\"Log cleared\", \"Terminal shell in container\")",
                "enrich.label[team] = payments",
                "proc.exepath = /usr/bin/backup and incident.response = applied"
            })
    void a_condition_that_names_a_part_of_the_cause_is_accepted(String when) {
        SilenceRequest.checkCondition(when, false);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "incident.count >= 0",
                "incident.urgency >= 0",
                "incident.state = open",
                "incident.count < 1000",
                "incident.count > 1",
                "incident.age_seconds >= 1",
                "incident.state = escalated",
                "incident.verified_count > 1",
                "incident.verified_count = 0",
                "rule exists",
                "hostname exists",
                "proc.name exists",
                "source = syscall",
                "not proc.name = nothing",
                "not k8s.ns.name = prod",
                "not incident.rule = \"Log cleared\"",
                "incident.rule = \"Log cleared\" or incident.count > 0",
                "priority in (Emergency, Alert, Critical, Error, Warning, Notice, Informational, Debug)",
                "incident.id regex \".*\""
            })
    void a_condition_that_matches_every_cause_needs_a_confirmation(String when) {
        assertTrue(rejection(when, false).contains("confirm with \"all\""), when);
        SilenceRequest.checkCondition(when, true);
    }

    @Test
    void hostile_conditions_are_rejected_or_evaluated_in_a_short_time() {
        assertTrue(rejection("x".repeat(60 * 1024), true).contains("has 61440 characters"));
        assertTrue(rejection("", true).contains("the condition is missing"));
        String or = " or incident.count > 1".repeat(60);
        assertTimeoutPreemptively(Duration.ofSeconds(5), () -> {
            rejection("(".repeat(1_900) + "rule = a", true);
            rejection("not ".repeat(499) + "rule", true);
            rejection("incident.unknown = 1", true);
            rejection("proc.name regex \"(unclosed\"", true);
            SilenceRequest.checkCondition("incident.count > 1" + or, true);
            // Catastrophic for engines that try again: the engine of the rule language takes linear time.
            String pattern = "((a*)*|(a|aa)+|([a-z]+)*)[0-9]";
            Incident incident = incident("a".repeat(500));
            for (int i = 0; i < 100; i++) {
                assertFalse(matches("incident.rule regex \"" + pattern + "\"", incident, ""));
            }
        });
    }

    @Test
    void absent_fields_never_match() throws Exception {
        Incident incident = incident("Rule");
        for (String when : List.of(
                "incident.target = \"\"",
                "incident.target != /etc/shadow",
                "incident.response != applied",
                "incident.plan exists",
                "enrich.instance.id != i-1",
                "fd.name != x")) {
            assertFalse(matches(when, incident, ""), when);
        }
        assertTrue(matches("incident.response = \"awaiting approval\"", incident, PLAN));
        assertTrue(matches("incident.plan = \"" + PLAN + "\"", incident, PLAN));
    }

    /** A silence from a message hides exactly what is not worse than what the message showed. */
    @Property(tries = 2_000)
    void a_silence_from_a_message_hides_nothing_worse_and_no_other_cause(
            @ForAll Priority shown,
            @ForAll boolean shownEscalated,
            @ForAll boolean shownVerified,
            @ForAll boolean shownPlan,
            @ForAll Priority priority,
            @ForAll boolean escalated,
            @ForAll boolean verified,
            @ForAll boolean sameRule,
            @ForAll PlanState plan)
            throws Exception {
        Incident seen = incident("Rule", shown, shownEscalated, shownVerified);
        SilenceScope scope = SilenceScope.of(state(seen, shownPlan ? PLAN : ""));
        Incident now = incident(sameRule ? "Rule" : "Another", priority, escalated, verified);
        boolean worse = priority.compareTo(shown) < 0
                || escalated && !shownEscalated
                || verified && !shownVerified
                || plan == PlanState.OTHER
                || plan == PlanState.SAME && !shownPlan;
        assertEquals(sameRule && !worse, matches(scope.condition(seen.id()), now, plan.id), scope.condition(seen.id()));
    }

    enum PlanState {
        NONE(""),
        SAME(PLAN),
        OTHER(OTHER_PLAN);

        private final String id;

        PlanState(String id) {
            this.id = id;
        }
    }

    /** Whatever the texts of an incident contain, they are compared and never become a part of a condition. */
    @Property(tries = 300)
    void texts_of_incidents_do_not_change_conditions(@ForAll @StringLength(min = 1, max = 60) String text)
            throws Exception {
        Incident hostile = incident(text + "\" or incident.count > 0");
        SilenceScope scope = SilenceScope.of(state(hostile));
        assertTrue(matches(scope.condition(hostile.id()), hostile, ""));
        assertFalse(matches(scope.condition(hostile.id()), incident("Another"), ""));
    }

    @Test
    void texts_and_times_are_checked() {
        SilenceRequest valid = request("reason", "owner", NOW.plusSeconds(60));
        assertEquals("reason", create(valid).reason());
        assertEquals(
                "a\uFFFDb",
                create(request("a\nb ", "owner", NOW.plusSeconds(60))).reason());
        for (SilenceRequest request : List.of(
                request(" ", "owner", NOW.plusSeconds(60)),
                request("x".repeat(301), "owner", NOW.plusSeconds(60)),
                request("reason", "", NOW.plusSeconds(60)),
                request("reason", "x".repeat(101), NOW.plusSeconds(60)),
                request("reason", "owner", NOW),
                request("reason", "owner", NOW.minusSeconds(1)),
                request("reason", "owner", NOW.plus(Duration.ofDays(30)).plusMillis(1)),
                request("reason", "owner", Instant.MAX))) {
            String message = String.valueOf(
                    assertThrows(InvalidSilence.class, () -> create(request)).getMessage());
            assertTrue(message.matches("(reason|owner|until): [^;]+; (write|use) .+"), message);
        }
    }

    private static SilenceRequest request(String reason, String owner, Instant until) {
        return new SilenceRequest("incident.rule = a", reason, owner, until, false);
    }

    private static Silence create(SilenceRequest request) {
        return request.create("id", Silence.Source.API, "http", NOW, SilenceRequest.MAX_DURATION);
    }

    @Test
    void ends_are_times_or_durations() {
        assertEquals(NOW.plusSeconds(8 * 3600), SilenceTimes.end("", "8h", NOW));
        assertEquals(Instant.parse("2026-03-01T17:00:00Z"), SilenceTimes.end("2026-03-01T18:00:00+01:00", "", NOW));
        for (List<String> wrong : List.of(
                List.of("", ""),
                List.of("2026-03-01T18:00:00Z", "8h"),
                List.of("tomorrow", ""),
                List.of("2026-03-01", ""),
                List.of("", "8"),
                List.of("", "-8h"),
                List.of("", "31d"),
                List.of("", "999999d"))) {
            assertThrows(InvalidSilence.class, () -> SilenceTimes.end(wrong.get(0), wrong.get(1), NOW));
        }
    }
}
