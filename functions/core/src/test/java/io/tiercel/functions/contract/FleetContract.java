package io.tiercel.functions.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.tiercel.functions.enrich.AttackTechniques;
import io.tiercel.functions.enrich.ClusterSource;
import io.tiercel.functions.enrich.Enricher;
import io.tiercel.functions.enrich.EnrichmentSources;
import io.tiercel.functions.enrich.NodeFacts;
import io.tiercel.functions.enrich.PodFacts;
import io.tiercel.functions.fleet.Fleet;
import io.tiercel.functions.fleet.FleetNode;
import io.tiercel.functions.identity.Sender;
import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.incident.IncidentQuery;
import io.tiercel.functions.incident.IncidentRules;
import io.tiercel.functions.incident.IncidentState;
import io.tiercel.functions.intake.AlertParser;
import io.tiercel.functions.intake.IdentifiedAlert;
import io.tiercel.functions.json.Json;
import io.tiercel.functions.planning.AffectedTargets;
import io.tiercel.functions.stage.DeduplicateStage;
import io.tiercel.functions.stage.IncidentCloser;
import io.tiercel.functions.stage.SilentNodes;
import io.tiercel.rules.alert.AlertJson;
import io.tiercel.rules.alert.Priority;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Heartbeats through the stages and the stores, and incidents about nodes that fall silent. */
public abstract class FleetContract extends StoreContract {
    private static final Sender NODE = Sender.ofNode("node-1");
    private static final IncidentRules RULES = IncidentRules.defaults();

    private EnrichmentSources sources = EnrichmentSources.NONE;

    private Fleet fleet() {
        return new Fleet(stores.state(), RULES.silentAfter(), () -> now);
    }

    private DeduplicateStage deduplicate() {
        return new DeduplicateStage(
                stores.incidents(),
                new AffectedTargets(stores.state()),
                RULES,
                stores.audit(),
                _ -> {},
                (_, _) -> {},
                () -> now,
                fleet()::record);
    }

    private void beat(Sender sender, Map<String, ?> more) {
        beat("node-1", sender, more);
    }

    private void beat(String node, Sender sender, Map<String, ?> more) {
        String json = AlertJson.defaults().write(Heartbeats.heartbeat(node, now, more));
        IdentifiedAlert message = AlertParser.parse(Json.read(json, JsonNode.class, IllegalStateException::new));
        assertEquals("health", deduplicate().recordHealth(message, sender).outcome());
    }

    private void sweep() {
        DeduplicateStage stage = deduplicate();
        new SilentNodes(
                        fleet(),
                        RULES,
                        new Enricher("", AttackTechniques.load(), sources, () -> now),
                        stage::count,
                        new IncidentCloser(stores.incidents(), stores.audit(), (_, _) -> {}, () -> now),
                        () -> now,
                        Duration.ZERO)
                .run();
    }

    private List<Incident> incidents() {
        return stores.incidents().list(new IncidentQuery(null, null, 100));
    }

    private Incident only() {
        List<Incident> incidents = incidents();
        assertEquals(1, incidents.size(), incidents::toString);
        return incidents.getFirst();
    }

    private void later(Duration duration) {
        now = now.plus(duration);
    }

    @Test
    void a_silent_node_becomes_an_incident_that_closes_when_it_reports_again() {
        beat(NODE, Map.of());
        later(Duration.ofMinutes(4));
        sweep();
        assertEquals(List.of(), incidents());
        later(Duration.ofMinutes(1));
        sweep();
        sweep();
        assertEquals(IncidentState.OPEN, only().state());
        assertEquals(1, only().count(), "repeated sweeps raise one alert");
        assertEquals(1, only().verifiedCount());
        assertEquals(Priority.WARNING, only().priority());
        assertEquals("Tiercel internal: node silent", only().fingerprint().rule());
        assertEquals(FleetNode.State.SILENT, fleet().list().getFirst().state(now));

        later(Duration.ofMinutes(1));
        beat(NODE, Map.of());
        sweep();
        assertEquals(IncidentState.CLOSED, only().state());
        sweep();

        later(Duration.ofMinutes(6));
        sweep();
        assertNotEquals(IncidentState.CLOSED, only().state(), "silent again");
        assertEquals(2, only().lifecycle().episode());
    }

    @Test
    void the_incident_of_a_node_that_stays_silent_does_not_become_quiet() {
        beat(NODE, Map.of());
        Duration half = RULES.forRule(IncidentRules.SILENT_NODE).quiet().dividedBy(2);
        later(RULES.silentAfter());
        sweep();
        later(half);
        sweep();
        assertEquals(2, only().count());
        assertEquals(now, only().lastReceivedAt());
    }

    @Test
    void a_stopped_sensor_is_a_notice() {
        beat(NODE, Map.of("stopping", true));
        assertEquals(FleetNode.State.STOPPED, fleet().list().getFirst().state(now));
        later(Duration.ofMinutes(5));
        sweep();
        assertEquals(Priority.NOTICE, only().priority());
    }

    @Test
    void unverified_nodes_raise_unverified_alerts() {
        beat(Sender.NONE, Map.of());
        later(Duration.ofMinutes(5));
        sweep();
        assertEquals(0, only().verifiedCount());
    }

    @Test
    void nodes_that_anybody_can_invent_share_the_limit_of_open_incidents() {
        for (String node : List.of("a", "b", "c")) {
            beat(node, Sender.NONE, Map.of());
        }
        beat("d", Sender.ofNode("d"), Map.of());
        later(Duration.ofMinutes(5));
        sweep();
        Map<String, Long> byLimit = incidents().stream()
                .collect(Collectors.groupingBy(
                        incident -> incident.fingerprint().slotKey(), TreeMap::new, Collectors.counting()));
        assertEquals(List.of(1L, 3L), byLimit.values().stream().sorted().toList());
    }

    @Test
    void an_entry_from_before_a_sensor_had_a_credential_raises_nothing() {
        beat(Sender.NONE, Map.of());
        later(Duration.ofMinutes(4));
        beat(NODE, Map.of());
        later(Duration.ofMinutes(1));
        sweep();
        assertEquals(List.of(), incidents());
        assertEquals(1, fleet().list().size());
    }

    @Test
    void a_node_that_the_cluster_no_longer_has_leaves_the_fleet() {
        sources = EnrichmentSources.NONE.with(null, new ClusterSource() {
            @Override
            public @Nullable PodFacts pod(String namespace, String name) {
                return null;
            }

            @Override
            public @Nullable NodeFacts node(String name) {
                return null;
            }
        });
        beat(NODE, Map.of());
        later(Duration.ofMinutes(5));
        sweep();
        assertEquals(List.of(), incidents());
        assertEquals(List.of(), fleet().list());
    }

    @Test
    void a_node_that_is_silent_for_days_leaves_the_fleet() {
        beat(NODE, Map.of());
        later(Fleet.GONE_AFTER);
        sweep();
        assertTrue(fleet().list().isEmpty());
        beat(NODE, Map.of());
        assertEquals(1, fleet().list().size());
    }
}
