package io.tiercel.sensor.grpc;

import io.tiercel.rules.alert.Alert;
import io.tiercel.rules.alert.AlertContainer;
import io.tiercel.rules.alert.AlertContext;
import io.tiercel.rules.alert.AlertProcess;
import io.tiercel.rules.alert.Priority;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Test alerts with sequence numbers from 1,000. */
final class NumberedAlerts {
    static final long FIRST = 1_000;

    private NumberedAlerts() {}

    static String id(long number) {
        return "node/boot/" + (FIRST + number);
    }

    static Alert alert(long number) {
        return alert(number, Priority.WARNING, "cat");
    }

    static Alert alert(long number, Priority priority, String program) {
        TreeMap<String, @Nullable Object> fields = new TreeMap<>();
        fields.put("evt.time", 1_700_000_000_000_000_000L + number);
        fields.put("proc.name", program);
        fields.put("proc.pid", 42L);
        fields.put("proc.duration", BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE));
        fields.put("share", 0.5);
        fields.put("proc.is_exe_writable", true);
        fields.put("proc.aname", Arrays.asList("bash", null, 7L));
        fields.put("k8s.ns.name", null);
        return new Alert(
                id(number),
                "node",
                1_700_000_000_000_000_000L + number,
                priority,
                "Secret \ud800 read",
                "syscall",
                List.of("T1003", "host"),
                "a secret was read by " + program,
                fields,
                AlertContext.of(
                        List.of(
                                new AlertProcess(
                                        42, program, "/bin/cat", "cat \ud800 x", "root", 1_700_000_000_000_000_000L),
                                new AlertProcess(1, null, null, null, null, 0)),
                        new AlertContainer("c0ffee", "web", null, null, "containerd", true, "p", "ns", "u", 5)));
    }

    static long number(String id) {
        return Long.parseLong(id.substring(id.lastIndexOf('/') + 1)) - FIRST;
    }
}
