package io.tiercel.sensor.output;

import io.tiercel.rules.alert.Alert;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What alerts of one cause have in common: everything except times, process and thread ids, counters and the client port.
 */
public final class AlertIdentity {
    private static final Set<String> VARYING = Set.of(
            "evt.num",
            "evt.cpu",
            "evt.latency",
            "evt.latency.s",
            "evt.latency.ns",
            "evt.latency.human",
            "evt.deltatime",
            "evt.deltatime.s",
            "evt.deltatime.ns",
            "proc.pid",
            "proc.vpid",
            "proc.ppid",
            "proc.pvpid",
            "proc.pgid",
            "proc.vpgid",
            "proc.sid",
            "proc.duration",
            "proc.ppid.duration",
            "proc.pid.ts",
            "proc.ppid.ts",
            "thread.tid",
            "thread.vtid",
            "thread.exectime",
            "thread.totexectime",
            "thread.cpu",
            "fd.num",
            "fd.cport");

    private static final Set<String> VARYING_PREFIXES =
            Set.of("evt.time", "evt.rawtime", "evt.datetime", "evt.reltime", "evt.abstime", "proc.apid");

    /** Client address and port in a connection tuple. */
    private static final Pattern CLIENT_PORT = Pattern.compile("^(\\[?[0-9a-fA-F.:]+]?):[0-9]{1,5}->");

    private static final long GROUP_SEPARATOR = 0x1_0000L;

    /** A random odd factor. Without knowing it, an attacker cannot choose texts that have one hash. */
    private static final long FACTOR = new SecureRandom().nextLong() | 1;

    private AlertIdentity() {}

    /** Returns true if the output field differs between alerts of one cause. */
    public static boolean isVarying(String field) {
        if (VARYING.contains(field)) {
            return true;
        }
        for (String prefix : VARYING_PREFIXES) {
            if (field.startsWith(prefix)) {
                return true;
            }
        }
        return false;
    }

    /** Returns the value of an output field without the client's port. */
    public static Object withoutClientPort(Object value) {
        return value instanceof String text && text.contains("->")
                ? CLIENT_PORT.matcher(text).replaceFirst("$1->")
                : value;
    }

    /** Returns a hash of the output fields that do not vary. It differs between runs of the sensor. */
    public static long hash(Alert alert) {
        long hash = 0;
        for (Map.Entry<String, @Nullable Object> field : alert.outputFields().entrySet()) {
            if (!isVarying(field.getKey())) {
                hash = add(hash, field.getKey());
                hash = add(
                        hash,
                        withoutClientPort(String.valueOf(field.getValue())).toString());
            }
        }
        return hash;
    }

    private static long add(long hash, String text) {
        long sum = hash;
        for (int i = 0; i < text.length(); i++) {
            sum = (sum + text.charAt(i) + 1) * FACTOR;
            sum ^= sum >>> 32;
        }
        return (sum + GROUP_SEPARATOR) * FACTOR;
    }
}
