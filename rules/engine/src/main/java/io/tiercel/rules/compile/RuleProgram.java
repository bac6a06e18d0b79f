package io.tiercel.rules.compile;

import io.tiercel.rules.check.CheckedExpr;
import io.tiercel.rules.eval.SharedResults;
import io.tiercel.rules.event.Event;
import io.tiercel.rules.event.EventTypeSet;
import java.util.List;

/**
 * The conditions of a rule set, to be asked which of them hold for an event. Conditions are numbered from 0 in the order
 * given.
 *
 * <p>For one thread: a program remembers values of the event between one condition and the next. It keeps references to
 * the last event's values until it is asked about the next one.
 */
public interface RuleProgram {
    /** No condition holds. */
    int NONE = -1;

    /** Number of the first condition that holds for a new event; {@link #NONE} if none does. */
    int first(Event event);

    /**
     * The same for the conditions behind one, for the event of the last call of {@link #first}.
     *
     * @param after number of a condition
     */
    int next(Event event, int after);

    /**
     * One condition.
     *
     * @param types the event types that it is evaluated for
     */
    record Candidate(CheckedExpr condition, EventTypeSet types) {}

    /** How conditions are evaluated. */
    enum Evaluation {
        /** Compiled to bytecode: what sensors use. */
        COMPILED,
        /** By walking their trees: slower, and the measure of what is right. */
        INTERPRETED
    }

    /**
     * A program of these conditions, which were checked with one table.
     *
     * @param sharedParts number of parts that the table's conditions share
     */
    static RuleProgram of(List<Candidate> candidates, int sharedParts, Evaluation evaluation) {
        return switch (evaluation) {
            case COMPILED -> ProgramCompiler.compile(candidates, sharedParts);
            case INTERPRETED -> new InterpretedProgram(candidates, new SharedResults(sharedParts));
        };
    }
}
