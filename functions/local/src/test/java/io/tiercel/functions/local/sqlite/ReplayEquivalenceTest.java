package io.tiercel.functions.local.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.enrich.AttackTechniques;
import io.tiercel.functions.enrich.Enricher;
import io.tiercel.functions.identity.Sender;
import io.tiercel.functions.incident.EnrichedAlert;
import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.incident.IncidentQuery;
import io.tiercel.functions.incident.IncidentRules;
import io.tiercel.functions.incident.IncidentRulesFile;
import io.tiercel.functions.incident.IncidentStore;
import io.tiercel.functions.json.Json;
import io.tiercel.functions.replay.Replay;
import io.tiercel.functions.respond.policy.Policies;
import io.tiercel.functions.stage.EnrichStage;
import io.tiercel.functions.stage.EnrichStage.Result.Enriched;
import io.tiercel.rules.text.Quantity;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A replay shows the incidents that the server's store would have, with the same counts, causes and tactics. */
@Tag("unit")
class ReplayEquivalenceTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final List<String> PRIORITIES = List.of("Notice", "Warning", "Critical");
    private static final List<String> TAGS = List.of("T1003", "T1059", "mitre_persistence", "mitre_exfiltration");

    @TempDir
    private Path folder;

    @Test
    void a_replay_counts_like_the_store() throws IOException {
        for (int run = 0; run < 20; run++) {
            compare(new Random().nextLong(), folder.resolve(Integer.toString(run)));
        }
    }

    private static void compare(long seed, Path data) throws IOException {
        Random random = new Random(seed);
        IncidentRules rules = IncidentRulesFile.read("rules.yaml", "- {max_open: 3}");
        Enricher enricher = new Enricher("", AttackTechniques.load());
        Replay replay = new Replay(Policies.parse("none", "[]"), rules, enricher);
        EnrichStage stage = new EnrichStage(enricher, rules);
        SqliteStores stores = SqliteStores.open(data, InstantSource.fixed(START));
        try {
            IncidentStore store = stores.incidents();
            int alerts = 1 + random.nextInt(120);
            for (int i = 0; i < alerts; i++) {
                ObjectNode alert = alert(random, i);
                replay.add(alert);
                Enriched enriched = (Enriched) stage.enrich(alert, Sender.ofNode("node-7"));
                for (EnrichedAlert each : enriched.alerts()) {
                    store.record(
                            each.toIncidentAlert(),
                            rules.forRule(each.fingerprint().rule()).maxOpen());
                }
            }
            List<String> report = replay.report();
            assertEquals(
                    store.list(new IncidentQuery(null, null, 1_000)).stream()
                            .map(ReplayEquivalenceTest::line)
                            .sorted()
                            .toList(),
                    report.subList(0, report.size() - 1).stream().sorted().toList(),
                    "seed " + seed);
        } finally {
            stores.database().close();
        }
    }

    /** Returns an alert of one of eight causes, at times the same as an earlier one. */
    private static ObjectNode alert(Random random, int number) {
        int id = random.nextInt(6) == 0 ? random.nextInt(number + 1) : number;
        Random own = new Random(id);
        ObjectNode alert = Json.LENIENT.createObjectNode();
        alert.put("id", "node-7/5a1c0f3e-0d5c-4d8e-9b39-0f1d5a2f7c11/" + id);
        alert.put("hostname", "node-7");
        alert.put("output", "a read");
        alert.put("priority", PRIORITIES.get(own.nextInt(PRIORITIES.size())));
        alert.put("rule", "Read " + own.nextInt(2));
        alert.put("source", "syscall");
        alert.put("time", START.plusSeconds(own.nextInt(60)).toString());
        alert.putArray("tags").add(TAGS.get(own.nextInt(TAGS.size())));
        alert.putObject("output_fields")
                .put("container.id", "host")
                .put("proc.exepath", "/bin/cat")
                .put("fd.name", "/etc/file" + own.nextInt(8));
        return alert;
    }

    private static String line(Incident incident) {
        return Stream.of(
                        "incident " + incident.id().substring(0, 8),
                        "count " + incident.count(),
                        incident.priority().label(),
                        incident.fingerprint().rule(),
                        "[" + incident.fingerprint().workload() + "]",
                        incident.folded() ? "and others: " + Quantity.of(incident.foldedCauses(), "cause") : "",
                        incident.tactics().isEmpty() ? "" : "(" + String.join(", ", incident.tactics()) + ")")
                .filter(part -> !part.isEmpty())
                .reduce((a, b) -> a + "  " + b)
                .orElseThrow();
    }
}
