package io.tiercel.sensor.detect;

import io.tiercel.rules.alert.Priority;
import io.tiercel.sensor.bpf.hooks.SyscallHookFailures;
import java.util.Map;
import java.util.TreeMap;

/** Reports that somebody with all rights has turned off the hooks on syscalls. Attackers do this to blind the sensor. */
final class HookFailureReporter {
    static final String HOOKS_OFF = "Tiercel internal: hooks turned off";

    private final InternalAlerts alerts;
    private long reported;

    HookFailureReporter(InternalAlerts alerts) {
        this.alerts = alerts;
    }

    /** Reports failures since the last report. The alert has the time {@code timeNanos}. */
    void report(SyscallHookFailures current, long timeNanos) {
        if (current.count() <= reported) {
            return;
        }
        reported = current.count();
        alerts.publish(
                timeNanos,
                Priority.CRITICAL,
                HOOKS_OFF,
                "Syscalls of the last seconds may be lost, because " + current.lastReason()
                        + ". The sensor now sees syscalls by a tracepoint",
                new TreeMap<>(Map.of("reason", current.lastReason(), "count_since_start", current.count())));
    }
}
