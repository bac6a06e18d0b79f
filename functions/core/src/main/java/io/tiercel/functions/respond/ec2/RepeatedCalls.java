package io.tiercel.functions.respond.ec2;

import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.action.Deadline;
import io.tiercel.functions.retry.Backoff;
import io.tiercel.functions.retry.Pause;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;

/**
 * Repeats calls that failed for a moment, with exponential backoff and jitter, until the deadline of the step. Without it, one
 * throttled call would end an isolation that a second attempt completes.
 */
final class RepeatedCalls {
    /** The maximum number of attempts of a call. Together they wait for at most 4 seconds. */
    static final int ATTEMPTS = 5;

    /** Failures that the service reports while it is overloaded or unreachable. */
    static final Set<ActionException.Kind> TRANSIENT = EnumSet.of(ActionException.Kind.RETRYABLE);

    /** Transient failures, and those of objects that were created a moment ago and are not visible everywhere yet. */
    static final Set<ActionException.Kind> TRANSIENT_OR_NEW =
            EnumSet.of(ActionException.Kind.RETRYABLE, ActionException.Kind.NOT_FOUND);

    private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(300), Duration.ofSeconds(2));

    private final Pause pause;

    RepeatedCalls(Pause pause) {
        this.pause = pause;
    }

    /** Makes a call, and repeats it after transient failures. */
    <T> T call(Deadline deadline, Supplier<T> call) {
        return call(deadline, TRANSIENT, call);
    }

    /**
     * Makes a call, and repeats it after failures of some kinds.
     *
     * @throws ActionException the last failure
     */
    <T> T call(Deadline deadline, Set<ActionException.Kind> repeated, Supplier<T> call) {
        for (int failures = 1; ; failures++) {
            try {
                return call.get();
            } catch (ActionException e) {
                if (!repeated.contains(e.kind()) || failures >= ATTEMPTS || deadline.passed()) {
                    throw e;
                }
                waitAfter(failures);
            }
        }
    }

    /** Waits before the next attempt, for a random part of the delay so that concurrent steps do not collide again. */
    void waitAfter(int failures) {
        Duration delay = BACKOFF.delay(failures);
        pause.pause(
                delay.multipliedBy(ThreadLocalRandom.current().nextInt(50, 101)).dividedBy(100));
    }
}
