package io.tiercel.functions.notification.silence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.notification.IncidentFacts;
import io.tiercel.functions.notification.IncidentFixtures;
import io.tiercel.functions.notification.file.ConfiguredRouting;
import io.tiercel.functions.notification.file.Route;
import io.tiercel.rules.filter.AlertFilterException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An attacker chooses which cause is the first one of a folded incident. It must not hide the others. */
@Tag("unit")
class FoldedIncidentTest {
    private static final Incident FOLDED = IncidentFixtures.folded(List.of("/usr/bin/backup", "/tmp/attack"));

    private static boolean silenced(String condition, Incident incident) throws AlertFilterException {
        return SilenceCondition.parse(condition).matches(IncidentFacts.of(incident));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "proc.exepath = /usr/bin/backup",
                "incident.rule = \"Terminal shell in container\" and proc.exepath startswith /usr",
                "incident.rule = \"Terminal shell in container\" and not proc.exepath = /bin/su",
                "incident.rule = \"Terminal shell in container\" and not incident.target = /etc/shadow",
                "incident.rule = \"Terminal shell in container\" and incident.executable != /bin/su",
                "incident.target = \"and others, unverified\"",
                "incident.rule = \"Terminal shell in container\" and not enrich.network.country = RU",
            })
    void a_silence_for_some_causes_does_not_match_a_folded_incident(String condition) throws AlertFilterException {
        assertFalse(silenced(condition, FOLDED), condition);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "incident.rule = \"Terminal shell in container\"",
                "rule = \"Terminal shell in container\" and k8s.ns.name = shop",
                "incident.workload contains cart and container.image.repository = shop/cart",
                "incident.folded = true and incident.workload contains cart",
                "rule = \"Terminal shell in container\" and not incident.response = \"awaiting approval\"",
                "rule = \"Terminal shell in container\" and not enrich.label[team] = payments",
            })
    void a_silence_for_the_workload_matches_a_folded_incident(String condition) throws AlertFilterException {
        assertTrue(silenced(condition, FOLDED), condition);
    }

    @Test
    void other_incidents_are_matched_by_their_first_alert() throws AlertFilterException {
        Incident own = IncidentFixtures.incident(FOLDED.priority(), Map.of());
        assertTrue(silenced("proc.exepath = /bin/sh and not fd.name = /x", own));
        assertFalse(silenced("incident.folded = true", own));
    }

    @Test
    void a_silence_of_all_folded_incidents_needs_consent() {
        assertThrows(InvalidSilence.class, () -> SilenceRequest.checkCondition("incident.folded = true", false));
    }

    @Test
    void a_folded_incident_goes_to_the_channels_of_all_its_samples() throws AlertFilterException {
        ConfiguredRouting routing = new ConfiguredRouting(
                List.of(
                        new Route("quiet", IncidentFacts.parse("proc.exepath = /usr/bin/backup"), Set.of("log"), true),
                        new Route("loud", IncidentFacts.parse("proc.exepath startswith /tmp"), Set.of("page"), true),
                        new Route("never", IncidentFacts.parse("proc.exepath = /bin/su"), Set.of("other"), true)),
                Set.of());
        assertEquals(
                List.of(true, true, false),
                List.of(
                        routing.routes(FOLDED, "log"),
                        routing.routes(FOLDED, "page"),
                        routing.routes(FOLDED, "other")));
    }
}
