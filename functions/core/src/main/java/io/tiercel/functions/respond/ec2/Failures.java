package io.tiercel.functions.respond.ec2;

import io.tiercel.functions.respond.action.ActionException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects the failures of independent parts of an action, so that one does not keep the others from being tried. */
final class Failures {
    private final List<String> problems = new ArrayList<>();
    private int succeeded;
    private @Nullable ActionException transientFailure;
    private @Nullable String transientProblem;

    /** Adds a problem that a repetition cannot fix. */
    void add(String problem) {
        problems.add(problem);
    }

    /** Adds a failed part. */
    void add(String part, ActionException failure) {
        String problem = part + ": " + failure.getMessage();
        problems.add(problem);
        if (failure.kind() == ActionException.Kind.RETRYABLE && transientFailure == null) {
            transientFailure = failure;
            transientProblem = problem;
        }
    }

    /** Runs a part. */
    void run(String part, Runnable call) {
        try {
            call.run();
            succeeded++;
        } catch (ActionException e) {
            add(part, e);
        }
    }

    /**
     * Fails if a repetition may fix a part. Call it after all parts were tried.
     *
     * @throws ActionException of kind {@code RETRYABLE}
     */
    void throwIfTransient() {
        if (transientProblem != null) {
            throw ActionException.retryable(
                    problems.size() == 1
                            ? transientProblem
                            : transientProblem + " (and " + (problems.size() - 1) + " more problems)",
                    transientFailure);
        }
    }

    /** Returns the problems. */
    List<String> problems() {
        return List.copyOf(problems);
    }

    /** Returns whether a part succeeded. */
    boolean anySuccess() {
        return succeeded > 0;
    }

    /** Returns the number of problems. */
    int count() {
        return problems.size();
    }
}
