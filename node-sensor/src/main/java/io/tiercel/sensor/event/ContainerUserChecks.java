package io.tiercel.sensor.event;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Determines when the users of a container may be read or checked for changes. Some checks are possible at once, because a
 * container that starts may use several users. Then the time between two checks doubles while there are reasons for them, so
 * that a container that invents user ids costs little.
 */
final class ContainerUserChecks {
    /** The number of checks without a time between them. */
    static final int BURST = 8;

    /** The minimum time between the first two checks after that, in nanoseconds. */
    static final long FIRST_INTERVAL_NANOS = 100_000_000L;

    /** The maximum time between two checks if there are reasons for them, in nanoseconds. */
    static final long MAX_INTERVAL_NANOS = 10_000_000_000L;

    /** After so long without a check, several are possible at once again, in nanoseconds. */
    static final long QUIET_NANOS = 60_000_000_000L;

    /** The maximum number of containers. The least recently used one is dropped, and checked again at once. */
    private static final int MAX_CONTAINERS = 4096;

    private static final class Check {
        int burst = BURST;
        long intervalNanos = FIRST_INTERVAL_NANOS;
        long lastNanos;
        long nextNanos = Long.MIN_VALUE;
    }

    private final Map<String, Check> checks = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Check> eldest) {
            return size() > MAX_CONTAINERS;
        }
    };

    /**
     * Returns true, and counts a check, if one may be made now.
     *
     * @param missing true if a name is missing, and not only an occasion to look for changes
     * @param nowNanos the time of the event
     */
    boolean isDue(String containerId, boolean missing, long nowNanos) {
        Check check = checks.computeIfAbsent(containerId, id -> new Check());
        if (nowNanos - check.lastNanos > QUIET_NANOS) {
            check.burst = BURST;
            check.intervalNanos = FIRST_INTERVAL_NANOS;
        }
        if (missing && check.burst > 0) {
            check.burst--;
        } else if (nowNanos < check.nextNanos) {
            return false;
        } else {
            check.intervalNanos = Math.min(2 * check.intervalNanos, MAX_INTERVAL_NANOS);
        }
        check.lastNanos = nowNanos;
        check.nextNanos = nowNanos + check.intervalNanos;
        return true;
    }
}
