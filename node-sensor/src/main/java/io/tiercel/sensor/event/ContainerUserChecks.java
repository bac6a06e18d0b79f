package io.tiercel.sensor.event;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Determines when the users of a container may be read or checked for changes. The time between two checks doubles while
 * there are reasons for them, so that a container that invents user ids costs little.
 */
final class ContainerUserChecks {
    /** The minimum time between the first two checks, in nanoseconds. */
    static final long FIRST_INTERVAL_NANOS = 100_000_000L;

    /** The maximum time between two checks if there are reasons for them, in nanoseconds. */
    static final long MAX_INTERVAL_NANOS = 10_000_000_000L;

    /** After so long without a reason, the time between checks is short again, in nanoseconds. */
    private static final long QUIET_NANOS = 60_000_000_000L;

    /** The container's runtime may run in the container before its first program, and see other files. */
    private static final int MAX_FIRST_PROGRAMS = 3;

    /** The maximum number of containers. The least recently used one is dropped, and checked again at once. */
    private static final int MAX_CONTAINERS = 4096;

    private static final class Check {
        long intervalNanos = FIRST_INTERVAL_NANOS;
        long nextNanos = Long.MIN_VALUE;
        int firstPrograms;
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
     * @param firstProgram true if the first program of the container starts, so that its files are complete
     * @param nowNanos the time of the event
     */
    boolean isDue(String containerId, boolean firstProgram, long nowNanos) {
        Check check = checks.computeIfAbsent(containerId, id -> new Check());
        if (firstProgram && check.firstPrograms < MAX_FIRST_PROGRAMS) {
            check.firstPrograms++;
        } else if (nowNanos < check.nextNanos) {
            return false;
        }
        if (check.nextNanos != Long.MIN_VALUE && nowNanos - check.nextNanos > QUIET_NANOS) {
            check.intervalNanos = FIRST_INTERVAL_NANOS;
        }
        check.nextNanos = nowNanos + check.intervalNanos;
        check.intervalNanos = Math.min(2 * check.intervalNanos, MAX_INTERVAL_NANOS);
        return true;
    }
}
