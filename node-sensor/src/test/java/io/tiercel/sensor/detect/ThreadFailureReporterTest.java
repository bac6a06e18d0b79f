package io.tiercel.sensor.detect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.rules.alert.Alert;
import io.tiercel.rules.alert.Priority;
import io.tiercel.sensor.thread.ThreadFailures;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class ThreadFailureReporterTest {
    private static final long MINUTE = 60_000_000_000L;
    private static final String NAME = "reporter-test";

    private final List<Alert> alerts = new ArrayList<>();
    private final ThreadFailureReporter reporter =
            new ThreadFailureReporter(ThreadFailures.ofProcess(), new InternalAlerts("node", this::add));

    private void add(Alert alert) {
        if (NAME.equals(alert.outputFields().get("thread"))) {
            alerts.add(alert);
        }
    }

    @Test
    void failuresAreReportedOnceAMinute() {
        reporter.report(MINUTE);
        assertTrue(alerts.isEmpty());
        ThreadFailures.ofProcess().report(NAME, new StackOverflowError());
        reporter.report(MINUTE + 1);
        ThreadFailures.ofProcess().report(NAME + "-3", new IllegalStateException("broken"));
        ThreadFailures.ofProcess().report(NAME + "-4", new IllegalStateException("broken"));
        reporter.report(MINUTE + 2);
        assertEquals(1, alerts.size());
        assertEquals(ThreadFailureReporter.THREAD_FAILED, alerts.getFirst().rule());
        assertEquals(Priority.CRITICAL, alerts.getFirst().priority());
        reporter.report(2 * MINUTE + 1);
        reporter.report(4 * MINUTE);
        assertEquals(2, alerts.size());
        assertEquals(2L, alerts.get(1).outputFields().get("failures"));
        assertEquals(3L, alerts.get(1).outputFields().get("failures_since_start"));
        assertEquals(
                "java.lang.IllegalStateException: broken",
                alerts.get(1).outputFields().get("error"));
    }
}
