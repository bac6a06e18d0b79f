package io.tiercel.functions.stage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.functions.audit.AuditEntry;
import io.tiercel.functions.audit.AuditRecord;
import io.tiercel.functions.audit.AuditVerdict;
import io.tiercel.functions.audit.TamperableAuditLog;
import io.tiercel.functions.audit.anchor.AnchorStore;
import io.tiercel.functions.audit.anchor.InMemoryAnchorStore;
import io.tiercel.functions.incident.StoreUnavailable;
import io.tiercel.functions.respond.state.InMemoryStateStore;
import io.tiercel.functions.respond.state.StateStore.Schedule;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class ScheduledAuditMaintenanceTest {
    private final TamperableAuditLog log = new TamperableAuditLog();
    private final InMemoryAnchorStore anchors = new InMemoryAnchorStore();
    private final InMemoryStateStore state = new InMemoryStateStore();
    private final List<String> lines = new ArrayList<>();
    private Instant now = Instant.parse("2026-03-01T12:00:00Z");
    private Duration tick = Duration.ZERO;

    /** Each look at the clock takes {@link #tick}. */
    private final InstantSource clock = () -> {
        now = now.plus(tick);
        return now;
    };

    private ScheduledAuditMaintenance maintenance() {
        return new ScheduledAuditMaintenance(log, anchors, state, true, clock, lines::add, lines::add);
    }

    private void append(String incident) {
        log.append(AuditEntry.decision(now, "respond", incident, "decision", Map.of()));
    }

    private void change(String incident) {
        AuditRecord record = log.entriesFor(incident, 1).getFirst();
        log.putEntry(new AuditRecord(incident, record.number(), record.previous(), "{}", record.hash()));
    }

    private List<String> sweep() {
        lines.clear();
        maintenance().run();
        return List.copyOf(lines);
    }

    @Test
    void the_first_sweep_anchors_and_verifies_and_the_next_ones_wait() {
        append("0a");
        List<String> first = sweep();
        assertEquals(2, first.size(), first.toString());
        assertTrue(first.get(0).matches("audit anchor 1: root [0-9a-f]{64}, 1 chains, 1 entries"), first.get(0));
        assertTrue(first.get(1).startsWith("audit log intact: 1 entry in 1 chain, 1 anchor, root "), first.get(1));
        now = now.plus(Duration.ofMinutes(59));
        assertEquals(List.of(), sweep());
        now = now.plus(Duration.ofMinutes(1));
        assertEquals(1, sweep().size());
        assertEquals(2, anchors.newest());
        now = now.plus(Duration.ofHours(24));
        assertEquals(2, sweep().size());
    }

    @Test
    void a_change_is_logged_at_every_sweep_until_a_verification_finds_none() {
        append("0a");
        append("0b");
        assertEquals(2, sweep().size());
        AuditRecord original = log.entriesFor("0a", 1).getFirst();
        change("0a");
        now = now.plus(Duration.ofDays(1));
        String finding = "chain 0a, entry 1: its text does not match its hash";
        List<String> found = sweep();
        assertTrue(found.contains("audit log BROKEN: " + finding), found.toString());
        assertEquals(
                new ScheduledAuditMaintenance.Status(now.getEpochSecond(), 1),
                maintenance().status());
        now = now.plus(Duration.ofMinutes(1));
        List<String> later = sweep();
        assertEquals(1, later.size(), later.toString());
        assertTrue(
                later.getFirst()
                        .startsWith("audit log BROKEN: 1 findings at 2026-03-02T12:00:00Z, the first: " + finding),
                later.toString());
        log.putEntry(original);
        now = now.plus(Duration.ofDays(1));
        sweep();
        assertEquals(List.of(), sweep());
    }

    @Test
    void a_long_log_is_verified_over_several_sweeps() {
        for (int i = 0; i < 700; i++) {
            append("incident" + i);
        }
        change("incident500");
        tick = Duration.ofMillis(20);
        int sweeps = 0;
        List<String> broken = new ArrayList<>();
        while (broken.isEmpty()) {
            assertTrue(++sweeps < 50, "the verification does not end");
            sweep().stream().filter(line -> line.contains("BROKEN")).forEach(broken::add);
        }
        assertTrue(sweeps > 1, sweeps + " sweeps");
        assertEquals(List.of("audit log BROKEN: chain incident500, entry 1: its text does not match its hash"), broken);
        AuditVerdict verdict;
        do {
            verdict = maintenance().verify();
        } while (verdict instanceof AuditVerdict.Unfinished);
        assertEquals(1, assertInstanceOf(AuditVerdict.Broken.class, verdict).total());
    }

    @Test
    void an_anchor_that_disappeared_is_reported_and_written_again() {
        append("0a");
        sweep();
        anchors.documents().clear();
        List<String> found = sweep();
        assertTrue(found.contains("audit log BROKEN: anchor 1 is missing"), found.toString());
    }

    @Test
    void a_damaged_state_is_reported_and_replaced() {
        append("0a");
        sweep();
        for (String key : List.of(ScheduledAuditMaintenance.ANCHOR_KEY, ScheduledAuditMaintenance.VERIFICATION_KEY)) {
            assertTrue(state.write(key, state.read(key).orElseThrow().version(), "{\"sequence\":[]}x", Schedule.NONE));
        }
        List<String> found = sweep();
        assertTrue(
                found.stream().anyMatch(line -> line.startsWith("audit log BROKEN: the database was changed: ")),
                found.toString());
        now = now.plus(Duration.ofHours(2));
        assertTrue(sweep().stream().noneMatch(line -> line.contains("database was changed")));
    }

    @Test
    void a_failing_store_does_not_fail_the_sweep() {
        AnchorStore failing = new AnchorStore() {
            @Override
            public long newest() {
                throw new StoreUnavailable("no connection", new IllegalStateException());
            }

            @Override
            public Optional<String> read(long sequence) {
                return Optional.empty();
            }

            @Override
            public boolean add(long sequence, String document) {
                return false;
            }
        };
        new ScheduledAuditMaintenance(log, failing, state, true, clock, lines::add, lines::add).run();
        assertEquals(List.of("audit log not maintained: no connection"), lines);
    }
}
