package io.tiercel.functions.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.tiercel.functions.identity.Sender;
import io.tiercel.functions.incident.EnrichedAlert;
import io.tiercel.functions.incident.Fingerprint;
import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.incident.IncidentAlert;
import io.tiercel.functions.incident.IncidentClosure;
import io.tiercel.functions.incident.IncidentQuery;
import io.tiercel.functions.incident.IncidentRulesFile;
import io.tiercel.functions.incident.IncidentState;
import io.tiercel.functions.intake.IdentifiedAlert;
import io.tiercel.functions.json.Json;
import io.tiercel.functions.planning.AffectedTargets;
import io.tiercel.functions.stage.AlertReceipt;
import io.tiercel.functions.stage.DeduplicateStage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Counting alerts as a batch has the same results as counting one after the other. */
public abstract class BatchEquivalenceContract extends StoreContract {
    private static final String ONE_BY_ONE = "single";
    private static final String BATCHED = "batch";
    private static final List<Sender> SENDERS =
            List.of(Sender.NONE, Sender.ofNode("node-1"), Sender.ofNode("node-2"), Sender.NONE);
    private static final List<String> TAGS = List.of("T1003", "T1059", "mitre_persistence", "mitre_exfiltration");

    private final Map<String, String> requests = new HashMap<>();

    /** An alert of a history, without the prefix of its rule and id. */
    private record Message(int id, String rule, String cause, Sender sender, Instant time, String tag) {
        /** The two copies of a history differ in their prefix only. */
        EnrichedAlert with(String prefix) {
            IncidentAlert template = Alerts.incidentAlert(
                    prefix + "/" + id, prefix + "/" + rule, id % 5 == 0 ? "Critical" : "Notice", time, tag);
            IncidentAlert alert = Alerts.from(
                    sender, template, new Fingerprint("", prefix + "/" + rule, "host node-1", "/bin/cat", cause));
            return new EnrichedAlert(
                    new IdentifiedAlert(prefix + "/" + id, alert.alert(), alert.document(), alert.document()),
                    alert.fingerprint(),
                    alert.enrichment());
        }
    }

    /** Everything about an incident that must not depend on batches. */
    private record View(
            String rule,
            String target,
            String lifecycle,
            String priority,
            long count,
            long verifiedCount,
            List<Long> times,
            SortedSet<String> tactics,
            int foldedCauses,
            SortedSet<String> doubts,
            List<String> samples,
            String sender,
            List<String> decisions,
            String lastRequest) {}

    @Test
    void a_batch_counts_as_its_alerts_one_after_the_other() throws Exception {
        int runs = stores.slow() ? 2 : 25;
        for (int run = 0; run < runs; run++) {
            compare(new Random().nextLong(), run);
        }
    }

    private void compare(long seed, int run) throws Exception {
        Random random = new Random(seed);
        DeduplicateStage stage = new DeduplicateStage(
                stores.incidents(),
                new AffectedTargets(stores.state()),
                IncidentRulesFile.read("rules.yaml", "- {max_open: 3, escalate: {tactics: 2, counts: [3, 8]}}"),
                stores.audit(),
                request -> requests.put(
                        request.incidentId(),
                        request.change().substring(0, request.change().lastIndexOf('-'))),
                (incident, change) -> {},
                () -> now);
        List<Message> history = new ArrayList<>();
        for (int step = 0; step < 6; step++) {
            now = now.plusSeconds(60);
            List<Message> batch = new ArrayList<>();
            int size = 1 + random.nextInt(25);
            for (int i = 0; i < size; i++) {
                Message message = !history.isEmpty() && random.nextInt(5) == 0
                        ? history.get(random.nextInt(history.size()))
                        : new Message(
                                history.size(),
                                run + "/" + random.nextInt(2),
                                "cause " + random.nextInt(7),
                                SENDERS.get(random.nextInt(SENDERS.size())),
                                now.minusSeconds(random.nextInt(3) * 50L),
                                TAGS.get(random.nextInt(TAGS.size())));
                history.add(message);
                batch.add(message);
            }
            List<String> single = batch.stream()
                    .map(message -> outcome(stage.count(message.with(ONE_BY_ONE))))
                    .toList();
            List<String> batched =
                    stage
                            .countAll(batch.stream()
                                    .map(message -> message.with(BATCHED))
                                    .toList())
                            .stream()
                            .map(BatchEquivalenceContract::outcome)
                            .toList();
            assertEquals(single, batched, "seed " + seed);
            assertEquals(views(ONE_BY_ONE, run), views(BATCHED, run), "seed " + seed + " step " + step);
            closeSome(random.nextInt(), run);
        }
    }

    private static String outcome(AlertReceipt receipt) {
        return receipt.alertId().substring(receipt.alertId().indexOf('/')) + " " + receipt.outcome();
    }

    /** Closes the same incidents of both copies. */
    private void closeSome(int seed, int run) {
        now = now.plusSeconds(1);
        for (String prefix : List.of(ONE_BY_ONE, BATCHED)) {
            for (Incident incident : incidents(prefix, run)) {
                boolean chosen = (seed ^ key(incident).hashCode()) % 3 == 0;
                if (chosen && incident.state() == IncidentState.OPEN) {
                    stores.incidents().close(incident, new IncidentClosure(now, "ann", nanos(now)));
                }
            }
        }
    }

    private static String key(Incident incident) {
        return rule(incident) + " " + incident.fingerprint().target();
    }

    private static String rule(Incident incident) {
        String rule = incident.fingerprint().rule();
        return rule.substring(rule.indexOf('/'));
    }

    private List<Incident> incidents(String prefix, int run) {
        return Stream.of(0, 1)
                .flatMap(number ->
                        stores
                                .incidents()
                                .list(new IncidentQuery(null, prefix + "/" + run + "/" + number, 1_000))
                                .stream())
                .sorted(Comparator.comparing(BatchEquivalenceContract::key))
                .toList();
    }

    private List<View> views(String prefix, int run) throws JsonProcessingException {
        List<View> views = new ArrayList<>();
        for (Incident listed : incidents(prefix, run)) {
            Incident incident = stores.incidents().find(listed.id()).orElseThrow();
            List<String> samples = new ArrayList<>();
            for (String document : incident.sample()) {
                samples.add(Json.MAPPER.readTree(document).get("id").textValue().substring(prefix.length()));
            }
            List<String> decisions = new ArrayList<>();
            for (var entry : stores.audit().entriesFor(incident.id(), 1_000)) {
                var line = Json.MAPPER.readTree(entry.line());
                decisions.add(line.get("summary").textValue() + " "
                        + line.get("details").get("count"));
            }
            views.add(new View(
                    rule(incident),
                    incident.targetText(),
                    incident.lifecycle().toString(),
                    incident.priority().label(),
                    incident.count(),
                    incident.verifiedCount(),
                    List.of(
                            incident.firstSeenNanos(),
                            incident.lastSeenNanos(),
                            incident.openedAt().toEpochMilli(),
                            incident.lastReceivedAt().toEpochMilli()),
                    incident.tactics(),
                    incident.foldedCauses(),
                    incident.doubts(),
                    samples,
                    incident.enrichment().sender().text(),
                    decisions,
                    String.valueOf(requests.get(incident.id()))));
        }
        return views;
    }
}
