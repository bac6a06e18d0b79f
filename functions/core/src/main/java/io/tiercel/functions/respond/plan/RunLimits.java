package io.tiercel.functions.respond.plan;

import io.tiercel.functions.respond.hold.HoldRegistry;
import java.time.Duration;

/**
 * The time limits of the responder.
 *
 * @param step the time of one attempt of a step; less than {@link HoldRegistry#LOCK_TIME} by the longest call
 * @param run the time of one run over a plan. A run without enough time for another step requests another run
 */
public record RunLimits(Duration step, Duration run) {
    /** The default time of a step. */
    public static final Duration STEP = Duration.ofSeconds(45);

    /** The limits of a process that no platform ends. */
    public static final RunLimits SERVER = new RunLimits(STEP, Duration.ofMinutes(5));

    /** A run begins no further step with less time than this. */
    static final Duration MIN_STEP = Duration.ofSeconds(10);

    /** The part of a function's timeout that is left for loading the plan and storing the last result. */
    private static final int RESERVED_DIVISOR = 6;

    /** Returns the limits of a function that the platform ends after a timeout. */
    public static RunLimits forFunction(Duration timeout) {
        return new RunLimits(STEP, timeout.minus(timeout.dividedBy(RESERVED_DIVISOR)));
    }
}
