package io.tiercel.functions.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.functions.respond.ApprovalOutcome;
import io.tiercel.functions.respond.ReleaseOutcome;
import io.tiercel.functions.respond.Responder;
import io.tiercel.functions.respond.state.InMemoryStateStore;
import io.tiercel.functions.respond.state.StateStore.DueKind;
import io.tiercel.functions.respond.state.StateStore.Schedule;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class ResponseAlarmLogTest {
    private static final Instant DUE = Instant.parse("2026-03-01T12:00:00Z");

    private final List<String> logLines = new ArrayList<>();
    private final List<String> calls = new ArrayList<>();
    private final InMemoryStateStore store = new InMemoryStateStore();
    private final Responder responder = new Responder() {
        @Override
        public void respond(String incidentId) {
            calls.add("respond " + incidentId);
        }

        @Override
        public ApprovalOutcome approve(String incidentId, String planId, String by) {
            calls.add("approve " + incidentId + " " + planId + " " + by);
            return new ApprovalOutcome.Approved();
        }

        @Override
        public ReleaseOutcome release(String incidentId, String by) {
            calls.add("release " + incidentId + " " + by);
            return ReleaseOutcome.REQUESTED;
        }

        @Override
        public void sweep() {
            calls.add("sweep");
        }
    };

    private ResponseAlarmLog at(Instant now) {
        return new ResponseAlarmLog(responder, store, () -> now, logLines::add);
    }

    @Test
    void logsResponsesThatAreOverdueForTenSweeps() {
        assertTrue(store.write("plan-1", 0, "{}", Schedule.of(DueKind.RETRY, DUE)));
        assertTrue(store.write("plan-2", 0, "{}", Schedule.of(DueKind.RETRY, DUE)));
        assertTrue(store.write("plan-3", 0, "{}", Schedule.of(DueKind.RETRY, DUE.plusSeconds(60))));
        at(DUE.plus(ResponseAlarmLog.OVERDUE_AFTER)).sweep();
        assertEquals("responses overdue: 2", logLines.getFirst());
        assertEquals(List.of("sweep"), calls);
    }

    @Test
    void doesNotLogResponsesThatAreJustDue() {
        assertTrue(store.write("plan-1", 0, "{}", Schedule.of(DueKind.RETRY, DUE)));
        at(DUE.plus(ResponseAlarmLog.OVERDUE_AFTER).minusSeconds(1)).sweep();
        assertEquals(List.of("responses exposed: 0"), logLines);
        assertEquals(List.of("sweep"), calls);
    }

    @Test
    void countsReleasesToo() {
        assertTrue(store.write("plan-1", 0, "{}", Schedule.of(DueKind.RETRY, DUE)));
        assertTrue(store.write("plan-2", 0, "{}", Schedule.of(DueKind.RELEASE, DUE)));
        at(DUE.plus(ResponseAlarmLog.OVERDUE_AFTER)).sweep();
        assertEquals("responses overdue: 2", logLines.getFirst());
    }

    @Test
    void logsExposedPartsOnEverySweepAndAfterEveryResponse() throws Exception {
        ResponseAlarmLog log = at(DUE);
        log.respond("i1");
        assertEquals(List.of(), logLines);
        assertTrue(store.write("hold/interface/eni-1", 0, "{}", Schedule.of(DueKind.EXPOSED, DUE)));
        log.respond("i1");
        log.sweep();
        assertEquals(List.of("responses exposed: 1", "responses exposed: 1"), logLines);
        assertTrue(store.write("hold/interface/eni-1", 1, "{}", Schedule.NONE));
        log.sweep();
        assertEquals("responses exposed: 0", logLines.getLast(), "the alarm ends");
        String filter = Files.readString(
                Path.of(System.getProperty("tiercel.root"), "infra/terraform/modules/observability/main.tf"));
        assertTrue(filter.contains("first = \\\"responses\\\", second = \\\"exposed:\\\", number]"), filter);
    }

    @Test
    void limitsTheCount() {
        for (int i = 0; i <= ResponseAlarmLog.MAX_COUNT; i++) {
            assertTrue(store.write("plan-" + i, 0, "{}", Schedule.of(DueKind.RETRY, DUE)));
        }
        at(DUE.plus(ResponseAlarmLog.OVERDUE_AFTER)).sweep();
        assertEquals("responses overdue: 100 or more", logLines.getFirst());
    }

    @Test
    void delegatesEveryCall() {
        ResponseAlarmLog log = at(DUE);
        log.respond("i1");
        assertEquals(new ApprovalOutcome.Approved(), log.approve("i1", "p1", "ada"));
        log.release("i1", "ada");
        assertEquals(List.of("respond i1", "approve i1 p1 ada", "release i1 ada"), calls);
    }

    @Test
    void theAlarmMatchesTheLogLine() throws Exception {
        String filter = Files.readString(
                Path.of(System.getProperty("tiercel.root"), "infra/terraform/modules/observability/main.tf"));
        assertTrue(store.write("plan-1", 0, "{}", Schedule.of(DueKind.RETRY, DUE)));
        at(DUE.plus(ResponseAlarmLog.OVERDUE_AFTER)).sweep();
        assertTrue(filter.contains("\"\\\"" + logLines.getFirst().replace(" 1", "") + "\\\"\""), logLines.getFirst());
    }
}
