package io.tiercel.sensor.detect;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tiercel.rules.alert.Alert;
import io.tiercel.rules.alert.Priority;
import io.tiercel.sensor.bpf.hooks.SyscallHookFailures;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class HookFailureReporterTest {
    private final List<Alert> alerts = new ArrayList<>();
    private final HookFailureReporter reporter = new HookFailureReporter(new InternalAlerts("host", alerts::add));

    @Test
    void reportsEachFailureOnceWithItsReason() {
        reporter.report(SyscallHookFailures.NONE, 1);
        reporter.report(new SyscallHookFailures(1, "kernel.ftrace_enabled is 0"), 2);
        reporter.report(new SyscallHookFailures(1, "kernel.ftrace_enabled is 0"), 3);
        reporter.report(new SyscallHookFailures(2, "a hook was detached by force"), 4);
        assertEquals(2, alerts.size());
        assertEquals(Priority.CRITICAL, alerts.getFirst().priority());
        assertEquals(
                Map.of("reason", "a hook was detached by force", "count_since_start", 2L),
                alerts.getLast().outputFields());
    }
}
