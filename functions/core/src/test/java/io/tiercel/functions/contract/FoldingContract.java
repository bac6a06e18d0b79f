package io.tiercel.functions.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.functions.identity.Sender;
import io.tiercel.functions.incident.Fingerprint;
import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.incident.IncidentAlert;
import io.tiercel.functions.incident.IncidentClosure;
import io.tiercel.functions.incident.IncidentQuery;
import io.tiercel.functions.incident.IncidentState;
import io.tiercel.functions.incident.RecordResult;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Limits on open incidents of one rule and workload: further causes are counted in one incident, exactly. */
public abstract class FoldingContract extends StoreContract {
    private static final Sender SENSOR = Sender.ofNode("node-1");
    private static final String RULE = "Read sensitive file";
    private static final String WORKLOAD = "host node-1";
    protected static final int MAX_OPEN = 3;

    protected static Fingerprint cause(String name) {
        return new Fingerprint("", RULE, WORKLOAD, "/bin/cat", name);
    }

    private static IncidentAlert alert(String id, Fingerprint cause, boolean verified, Instant time) {
        return Alerts.from(
                verified ? SENSOR : Sender.NONE, Alerts.incidentAlert(id, cause.rule(), "Notice", time), cause);
    }

    protected RecordResult record(String id, String cause, boolean verified) {
        return stores.incidents().record(alert(id, cause(cause), verified, now), MAX_OPEN);
    }

    protected Incident find(String id) {
        return stores.incidents().find(id).orElseThrow();
    }

    protected boolean close(Incident incident) {
        return stores.incidents().close(incident, new IncidentClosure(now, "ann", nanos(now)));
    }

    private List<Incident> all() {
        return stores.incidents().list(new IncidentQuery(null, null, 10_000));
    }

    protected static String others(boolean verified) {
        return cause("").others(verified).incidentId();
    }

    @Test
    void further_causes_are_counted_in_one_incident() {
        for (int i = 0; i < 20; i++) {
            RecordResult result = record("a" + i, "/etc/" + i, true);
            assertEquals(i < MAX_OPEN ? cause("/etc/" + i).incidentId() : others(true), result.incidentId());
            assertEquals(i <= MAX_OPEN, result.opened());
            assertFalse(result.duplicate());
        }
        record("b", "/etc/7", true);
        assertEquals(MAX_OPEN + 1, all().size());
        Incident folded = find(others(true));
        assertTrue(folded.folded());
        assertEquals(
                new Fingerprint("", RULE, WORKLOAD, "", Fingerprint.OTHERS, true),
                folded.fingerprint(),
                "it is stored with the mark");
        assertEquals(18, folded.count());
        assertEquals(18, folded.verifiedCount());
        assertEquals(17, folded.foldedCauses());
        assertEquals(Incident.SAMPLE_LIMIT, folded.sample().size());
        Incident own = find(cause("/etc/0").incidentId());
        assertFalse(own.folded());
        assertEquals(0, own.foldedCauses());
        stores = stores.reopen();
        assertEquals(folded, find(others(true)));
    }

    @Test
    void samples_of_a_folded_incident_have_different_causes() {
        for (int i = 0; i < MAX_OPEN; i++) {
            record("own" + i, "own" + i, true);
        }
        for (int i = 0; i < 30; i++) {
            record("a" + i, "cause " + i / 10, true);
        }
        Incident folded = find(others(true));
        assertEquals(3, folded.foldedCauses());
        assertEquals(30, folded.count());
        assertEquals(3, folded.sample().size());
    }

    @Test
    void a_genuine_target_with_the_same_text_is_another_incident() {
        for (int i = 0; i < MAX_OPEN; i++) {
            record("a" + i, "/etc/" + i, true);
        }
        Fingerprint same = new Fingerprint("", RULE, WORKLOAD, "", Fingerprint.OTHERS);
        assertNotEquals(others(true), same.incidentId());
        assertNotEquals(same.others(true).digest(), same.digest());
        RecordResult result = stores.incidents().record(alert("b", same, true, now), MAX_OPEN);
        assertEquals(others(true), result.incidentId(), "no slot is free");
        close(find(cause("/etc/0").incidentId()));
        result = stores.incidents().record(alert("c", same, true, now), MAX_OPEN);
        assertEquals(same.incidentId(), result.incidentId());
        assertFalse(find(same.incidentId()).folded());
    }

    @Test
    void an_open_incident_keeps_its_alerts_and_a_repeated_alert_is_recognized() {
        for (int i = 0; i < MAX_OPEN + 2; i++) {
            record("a" + i, "/etc/" + i, true);
        }
        String own = cause("/etc/1").incidentId();
        assertEquals(own, record("b", "/etc/1", true).incidentId());
        assertEquals(2, find(own).count());
        close(find(cause("/etc/0").incidentId()));
        RecordResult again = record("a4", "/etc/4", true);
        assertTrue(again.duplicate());
        assertEquals(others(true), again.incidentId());
        assertEquals(2, find(others(true)).count());
        RecordResult next = record("c", "/etc/4", true);
        assertEquals(cause("/etc/4").incidentId(), next.incidentId(), "a slot is free now");
        assertTrue(next.opened());
        assertTrue(record("a4", "/etc/4", true).duplicate());
    }

    @Test
    void a_reopening_needs_a_slot_and_late_alerts_do_not() {
        for (int i = 0; i < MAX_OPEN; i++) {
            record("a" + i, "/etc/" + i, true);
        }
        Incident closed = find(cause("/etc/0").incidentId());
        now = now.plusSeconds(10);
        assertTrue(close(closed));
        record("new", "/etc/new", true);
        Instant late = NOW.plusSeconds(5);
        assertEquals(
                closed.id(),
                stores.incidents()
                        .record(alert("late", cause("/etc/0"), true, late), MAX_OPEN)
                        .incidentId());
        now = now.plusSeconds(10);
        assertEquals(others(true), record("again", "/etc/0", true).incidentId());
        Incident left = find(closed.id());
        assertEquals(IncidentState.CLOSED, left.state());
        assertEquals(2, left.count());
        assertTrue(close(find(cause("/etc/new").incidentId())));
        RecordResult reopened = record("again 2", "/etc/0", true);
        assertEquals(closed.id(), reopened.incidentId());
        assertTrue(reopened.opened());
        assertEquals(others(true), record("b", "/etc/b", true).incidentId(), "the reopened one holds a slot");
    }

    @Test
    void a_folded_incident_closes_and_reopens_as_any_other() {
        for (int i = 0; i < MAX_OPEN + 1; i++) {
            record("a" + i, "/etc/" + i, true);
        }
        assertTrue(close(find(others(true))));
        assertEquals(others(true), record("late", "/etc/9", true).incidentId());
        assertEquals(IncidentState.CLOSED, find(others(true)).state());
        now = now.plusSeconds(1);
        RecordResult reopened = record("b", "/etc/3", true);
        assertTrue(reopened.opened());
        Incident folded = find(others(true));
        assertEquals(2, folded.lifecycle().episode());
        assertEquals(now, folded.openedAt());
        assertEquals(2, folded.foldedCauses());
        assertEquals(3, folded.count());
    }

    @Test
    void unverified_senders_do_not_use_slots_of_verified_ones() {
        for (int i = 0; i < 50; i++) {
            record("forged" + i, "/forged/" + i, false);
        }
        assertEquals(47, find(others(false)).count());
        assertEquals(0, find(others(false)).verifiedCount());
        RecordResult genuine = record("a", "/etc/shadow", true);
        assertEquals(cause("/etc/shadow").incidentId(), genuine.incidentId());
        assertTrue(genuine.opened());
        assertEquals(others(false), record("forged", "/forged/x", false).incidentId());
        assertEquals(MAX_OPEN + 2, all().size());
    }

    @Test
    void an_incident_that_becomes_verified_moves_to_a_slot_of_verified_senders() {
        for (int i = 0; i < MAX_OPEN; i++) {
            record("forged" + i, "/etc/" + i, false);
        }
        record("a0", "/etc/0", true);
        assertEquals(
                cause("/forged").incidentId(),
                record("forged", "/forged", false).incidentId(),
                "it left its slot to unverified senders");
        record("a1", "/etc/1", true);
        record("a2", "/etc/2", true);
        assertEquals(others(true), record("a3", "/etc/3", true).incidentId(), "all slots are used");
    }

    /** Otherwise an attacker who can forge a cause before it happens could open any number of incidents. */
    @Test
    void forging_a_cause_in_advance_does_not_raise_the_limit() {
        for (int i = 0; i < 20; i++) {
            record("forged" + i, "/etc/" + i, false);
            record("a" + i, "/etc/" + i, true);
        }
        long open = all().stream()
                .filter(incident -> !incident.folded() && incident.state() == IncidentState.OPEN)
                .count();
        assertEquals(2 * MAX_OPEN, open);
        assertEquals(40, all().stream().mapToLong(Incident::count).sum());
        assertEquals(20, all().stream().mapToLong(Incident::verifiedCount).sum());
    }

    @Test
    void other_rules_and_workloads_have_slots_of_their_own() {
        for (int i = 0; i < MAX_OPEN + 1; i++) {
            record("a" + i, "/etc/" + i, true);
        }
        for (Fingerprint other : List.of(
                new Fingerprint("", "Other rule", WORKLOAD, "/bin/cat", "/etc/0"),
                new Fingerprint("", RULE, "host node-2", "/bin/cat", "/etc/0"),
                new Fingerprint("prod", RULE, WORKLOAD, "/bin/cat", "/etc/0"))) {
            assertEquals(
                    other.incidentId(),
                    stores.incidents()
                            .record(alert(other.toString(), other, true, now), MAX_OPEN)
                            .incidentId());
        }
    }

    /** A random history against a model: each alert is counted in the incident that the rules say. */
    @Test
    void random_histories_agree_with_a_model() {
        int runs = stores.slow() ? 2 : 40;
        for (int run = 0; run < runs; run++) {
            long seed = new Random().nextLong();
            Random random = new Random(seed);
            Model model = new Model("rule " + run);
            List<IncidentAlert> delivered = new ArrayList<>();
            for (int step = 0; step < 120; step++) {
                now = now.plusSeconds(1);
                int kind = random.nextInt(10);
                if (kind == 0 && !delivered.isEmpty()) {
                    IncidentAlert repeated = delivered.get(random.nextInt(delivered.size()));
                    assertTrue(stores.incidents().record(repeated, MAX_OPEN).duplicate(), "seed " + seed);
                } else if (kind <= 2) {
                    model.closeOne(random, seed);
                } else {
                    Instant time = now.minusSeconds(random.nextInt(4) == 0 ? 30 : 0);
                    IncidentAlert alert = alert(
                            model.rule + "/" + step,
                            new Fingerprint("", model.rule, WORKLOAD, "", "cause " + random.nextInt(9)),
                            random.nextBoolean(),
                            time);
                    delivered.add(alert);
                    RecordResult result = stores.incidents().record(alert, MAX_OPEN);
                    assertEquals(model.record(alert), result.incidentId(), "seed " + seed + " step " + step);
                }
            }
            model.check(seed);
        }
    }

    /** What the rules say about the incidents of one rule and workload. */
    private final class Model {
        private final String rule;
        private final Map<String, Entry> entries = new HashMap<>();

        Model(String rule) {
            this.rule = rule;
        }

        private static final class Entry {
            private boolean open;
            private boolean folded;
            private boolean slotVerified;
            private long closedUntil;
            private long count;
            private long verifiedCount;
            private final Set<String> causes = new HashSet<>();
        }

        private long used(boolean verified) {
            return entries.values().stream()
                    .filter(entry -> entry.open && !entry.folded && entry.slotVerified == verified)
                    .count();
        }

        String record(IncidentAlert alert) {
            String id = alert.fingerprint().incidentId();
            Entry own = entries.get(id);
            boolean opens = own == null || opens(own, alert);
            if (opens && used(alert.verified()) >= MAX_OPEN) {
                String foldedId = alert.folded().fingerprint().incidentId();
                Entry folded = entries.computeIfAbsent(foldedId, _ -> new Entry());
                folded.open = folded.open || folded.count == 0 || opens(folded, alert);
                folded.folded = true;
                folded.causes.add(id);
                count(folded, alert);
                return foldedId;
            }
            Entry entry = entries.computeIfAbsent(id, _ -> new Entry());
            if (opens) {
                entry.open = true;
                entry.slotVerified = alert.verified();
            } else if (entry.open && alert.verified() && !entry.slotVerified && used(true) < MAX_OPEN) {
                entry.slotVerified = true;
            }
            count(entry, alert);
            return id;
        }

        private static boolean opens(Entry entry, IncidentAlert alert) {
            return !entry.open && alert.reopens(entry.closedUntil, entry.verifiedCount);
        }

        private static void count(Entry entry, IncidentAlert alert) {
            entry.count += alert.count();
            entry.verifiedCount += alert.verifiedCount();
        }

        void closeOne(Random random, long seed) {
            List<String> open = entries.entrySet().stream()
                    .filter(entry -> entry.getValue().open)
                    .map(Map.Entry::getKey)
                    .sorted()
                    .toList();
            if (!open.isEmpty()) {
                String id = open.get(random.nextInt(open.size()));
                assertTrue(close(find(id)), "seed " + seed);
                Entry entry = Objects.requireNonNull(entries.get(id));
                entry.open = false;
                entry.closedUntil = nanos(now);
            }
        }

        void check(long seed) {
            Map<String, Incident> stored = stores.incidents().list(new IncidentQuery(null, rule, 1_000)).stream()
                    .collect(Collectors.toMap(Incident::id, incident -> incident));
            assertEquals(entries.keySet(), stored.keySet(), "seed " + seed);
            entries.forEach((id, entry) -> {
                Incident incident = Objects.requireNonNull(stored.get(id));
                assertEquals(entry.count, incident.count(), "seed " + seed);
                assertEquals(entry.verifiedCount, incident.verifiedCount(), "seed " + seed);
                assertEquals(entry.folded, incident.folded(), "seed " + seed);
                assertEquals(entry.causes.size(), incident.foldedCauses(), "seed " + seed);
                assertEquals(entry.open, incident.state() == IncidentState.OPEN, "seed " + seed);
            });
        }
    }

    @Test
    void concurrent_workers_never_exceed_the_limit_and_count_exactly() throws Exception {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        int alerts = stores.slow() ? 200 : 1_000;
        List<IncidentAlert> distinct = IntStream.range(0, alerts)
                .mapToObj(i -> alert("a" + i, cause("cause " + random.nextInt(40)), random.nextInt(3) > 0, now))
                .toList();
        List<IncidentAlert> delivered = new ArrayList<>(distinct);
        for (int i = 0; i < alerts / 4; i++) {
            delivered.add(distinct.get(random.nextInt(alerts)));
        }
        Collections.shuffle(delivered, random);
        List<Callable<Boolean>> tasks = new ArrayList<>();
        for (IncidentAlert alert : delivered) {
            tasks.add(() -> stores.incidents().record(alert, MAX_OPEN).duplicate());
            if (random.nextInt(10) == 0) {
                tasks.add(() -> closeAny(new Random(random.nextLong())));
            }
        }
        Collections.shuffle(tasks, random);
        runConcurrently(tasks);

        assertEquals(alerts, all().stream().mapToLong(Incident::count).sum(), "seed " + seed);
        assertEquals(
                distinct.stream().mapToLong(IncidentAlert::verifiedCount).sum(),
                all().stream().mapToLong(Incident::verifiedCount).sum(),
                "seed " + seed);
        assertLimits(seed);
        for (Incident incident : all()) {
            assertTrue(incident.state() == IncidentState.CLOSED || close(incident), "seed " + seed);
        }
        // All slots are free now.
        now = now.plusSeconds(1);
        for (boolean verified : List.of(true, false)) {
            for (int i = 0; i < MAX_OPEN + 1; i++) {
                String name = "after " + verified + i;
                assertEquals(
                        i < MAX_OPEN ? cause(name).incidentId() : others(verified),
                        record(name, name, verified).incidentId(),
                        "seed " + seed);
            }
        }
    }

    private boolean closeAny(Random random) {
        List<Incident> open = stores.incidents().list(new IncidentQuery(IncidentState.OPEN, null, 100));
        return open.isEmpty() || close(open.get(random.nextInt(open.size())));
    }

    private void assertLimits(long seed) {
        List<Incident> open = all().stream()
                .filter(incident -> !incident.folded() && incident.state() == IncidentState.OPEN)
                .toList();
        assertTrue(open.size() <= 2 * MAX_OPEN, "seed " + seed);
        assertTrue(open.stream().filter(incident -> !incident.verified()).count() <= MAX_OPEN, "seed " + seed);
    }
}
