package io.tiercel.rules.compile;

import io.tiercel.rules.check.CheckedExpr;
import io.tiercel.rules.eval.SharedResults;
import io.tiercel.rules.event.Event;
import io.tiercel.rules.event.EventTypeSet;
import java.util.List;

/**
 * An executable form of the conditions of a rule set. Conditions are numbered from 0 in the given order.
 *
 * <p>A program is not thread-safe, because it caches values of the current event. It keeps references to values of the
 * last event until the next event is evaluated.
 */
public interface RuleProgram {
    /** Result if no condition is true. */
    int NONE = -1;

    /** Returns the number of the first condition that is true for a new event, or {@link #NONE}. */
    int first(Event event);

    /**
     * Returns the number of the next condition that is true, or {@link #NONE}. The event must be the one of the last
     * call of {@link #first}.
     *
     * @param after number of the condition after which the search starts
     */
    int next(Event event, int after);

    /**
     * A condition of the program.
     *
     * @param types event types for which the condition is evaluated
     */
    record Candidate(CheckedExpr condition, EventTypeSet types) {}

    /** Evaluation method. */
    enum Evaluation {
        /** Compiled to bytecode. Sensors use this method. */
        COMPILED,
        /** Interpreted. This method is slower and serves as the reference. */
        INTERPRETED
    }

    /**
     * Creates a program.
     *
     * @param candidates conditions that were checked with one field table
     * @param sharedCount number of shared subexpressions in the table
     */
    static RuleProgram of(List<Candidate> candidates, int sharedCount, Evaluation evaluation) {
        return switch (evaluation) {
            case COMPILED -> ProgramCompiler.compile(candidates, sharedCount);
            case INTERPRETED -> new InterpretedProgram(candidates, new SharedResults(sharedCount));
        };
    }
}
