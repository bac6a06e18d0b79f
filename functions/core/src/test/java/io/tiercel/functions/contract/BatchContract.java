package io.tiercel.functions.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tiercel.functions.identity.Sender;
import io.tiercel.functions.incident.Fingerprint;
import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.incident.IncidentAlert;
import io.tiercel.functions.incident.IncidentClosure;
import io.tiercel.functions.incident.IncidentQuery;
import io.tiercel.functions.incident.IncidentState;
import io.tiercel.functions.incident.IncidentStore;
import io.tiercel.functions.incident.IncidentStore.RecordRequest;
import io.tiercel.functions.incident.RecordResult;
import io.tiercel.rules.alert.Priority;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The laws of counting in batches: any batches of any deliveries have the effect of the different alerts, one after the other. */
public abstract class BatchContract extends StoreContract {
    private static final List<Sender> SENDERS = List.of(Sender.NONE, Sender.ofNode("node-1"), Sender.ofNode("node-2"));
    private static final int MAX_OPEN = 2;

    /** Returns a random alert: of few causes and times, so that incidents are shared, fold, close and reopen. */
    private IncidentAlert alert(Random random, String prefix, int number) {
        String rule = prefix + "rule " + random.nextInt(2);
        Instant time = now.minusSeconds(random.nextInt(3) == 0 ? random.nextInt(60) : 0);
        IncidentAlert alert = Alerts.incidentAlert(
                prefix + number,
                rule,
                Priority.values()[random.nextInt(8)].label(),
                time,
                random.nextBoolean() ? "T1059" : "T1003");
        Fingerprint cause = new Fingerprint("", rule, "host " + random.nextInt(2), "", "target " + random.nextInt(5));
        IncidentAlert sent = Alerts.from(SENDERS.get(random.nextInt(SENDERS.size())), alert, cause);
        return random.nextInt(4) > 0
                ? sent
                : new IncidentAlert(
                        sent.alertId(),
                        sent.alert().withOutputField("tiercel.count", (long) random.nextInt(1, 9)),
                        sent.document(),
                        sent.fingerprint(),
                        sent.enrichment());
    }

    /** Returns alerts of a batch: new ones, and some that were delivered before. */
    private List<IncidentAlert> batch(Random random, String prefix, List<IncidentAlert> delivered) {
        List<IncidentAlert> batch = new ArrayList<>();
        int size = 1 + random.nextInt(random.nextInt(4) == 0 ? 60 : 10);
        for (int i = 0; i < size; i++) {
            boolean again = !delivered.isEmpty() && random.nextInt(4) == 0;
            IncidentAlert alert =
                    again ? delivered.get(random.nextInt(delivered.size())) : alert(random, prefix, delivered.size());
            delivered.add(alert);
            batch.add(alert);
        }
        return batch;
    }

    private static List<RecordResult> record(IncidentStore store, List<IncidentAlert> batch) {
        return store.recordAll(
                batch.stream().map(alert -> new RecordRequest(alert, MAX_OPEN)).toList());
    }

    private static List<Incident> all(IncidentStore store) {
        return store.list(new IncidentQuery(null, null, 10_000)).stream()
                .map(Incident::id)
                .sorted()
                .map(store::find)
                .flatMap(Optional::stream)
                .toList();
    }

    @Test
    void a_batch_counts_like_one_alert_after_the_other() {
        int runs = stores.slow() ? 2 : 4;
        try (Stores single = open(() -> now)) {
            for (int run = 0; run < runs; run++) {
                long seed = new Random().nextLong();
                Random random = new Random(seed);
                List<IncidentAlert> delivered = new ArrayList<>();
                for (int step = 0; step < 12; step++) {
                    now = now.plusSeconds(random.nextInt(20));
                    List<IncidentAlert> batch = batch(random, run + "/", delivered);
                    assertEquals(
                            batch.stream()
                                    .map(alert -> single.incidents().record(alert, MAX_OPEN))
                                    .toList(),
                            record(stores.incidents(), batch),
                            "seed " + seed + " step " + step);
                    closeOne(random, single);
                }
                assertEquals(all(single.incidents()), all(stores.incidents()), "seed " + seed);
            }
        }
    }

    /** Closes the same random incident in both databases. */
    private void closeOne(Random random, Stores single) {
        List<Incident> open = all(stores.incidents()).stream()
                .filter(incident -> incident.state() == IncidentState.OPEN)
                .toList();
        if (!open.isEmpty()) {
            Incident closed = open.get(random.nextInt(open.size()));
            for (Stores database : List.of(single, stores)) {
                database.incidents().close(closed, new IncidentClosure(now, "ann", nanos(now)));
            }
        }
    }

    @Test
    void concurrent_batches_of_any_composition_count_each_alert_once() throws Exception {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        List<IncidentAlert> distinct = new ArrayList<>();
        for (int i = 0; i < (stores.slow() ? 150 : 600); i++) {
            distinct.add(alert(random, "", i));
        }
        List<Callable<List<RecordResult>>> tasks = new ArrayList<>();
        // Each alert is delivered three times, each time in another batch.
        for (int delivery = 0; delivery < 3; delivery++) {
            List<IncidentAlert> rest = new ArrayList<>(distinct);
            Collections.shuffle(rest, random);
            while (!rest.isEmpty()) {
                List<IncidentAlert> batch = List.copyOf(rest.subList(0, Math.min(1 + random.nextInt(25), rest.size())));
                rest = rest.subList(batch.size(), rest.size());
                tasks.add(() -> record(stores.incidents(), batch));
            }
        }
        Collections.shuffle(tasks, random);
        List<RecordResult> results =
                runConcurrently(tasks).stream().flatMap(List::stream).toList();

        assertEquals(
                2L * distinct.size(),
                results.stream().filter(RecordResult::duplicate).count(),
                "seed " + seed);
        assertCounts(distinct, seed);
    }

    /** Checks the sums of each rule, because folding depends on the order. */
    private void assertCounts(List<IncidentAlert> distinct, long seed) {
        Map<String, Long> expected = distinct.stream()
                .collect(Collectors.groupingBy(
                        alert -> alert.fingerprint().rule() + alert.verified(),
                        Collectors.summingLong(IncidentAlert::count)));
        List<Incident> incidents = all(stores.incidents());
        for (String rule : Set.of("rule 0", "rule 1")) {
            Stream<Incident> ofRule = incidents.stream()
                    .filter(incident -> incident.fingerprint().rule().equals(rule));
            long verified = expected.getOrDefault(rule + true, 0L);
            long[] counts = ofRule.collect(Collectors.teeing(
                    Collectors.summingLong(Incident::count),
                    Collectors.summingLong(Incident::verifiedCount),
                    (count, verifiedCount) -> new long[] {count, verifiedCount}));
            assertEquals(verified + expected.getOrDefault(rule + false, 0L), counts[0], "seed " + seed);
            assertEquals(verified, counts[1], "seed " + seed);
        }
        incidents.forEach(incident ->
                assertEquals(incident.sample().size(), new HashSet<>(incident.sample()).size(), "seed " + seed));
    }
}
