package io.tiercel.rules.compile;

import io.tiercel.rules.check.CheckedExpr;
import io.tiercel.rules.eval.SharedResults;
import io.tiercel.rules.event.Event;
import io.tiercel.rules.event.EventTypes;
import java.util.List;
import java.util.stream.IntStream;

/** Walks the trees of the conditions. */
final class InterpretedProgram implements RuleProgram {
    private final CheckedExpr[] conditions;

    /** Numbers of the conditions for each event type. */
    private final int[][] byType;

    private final SharedResults results;

    InterpretedProgram(List<Candidate> candidates, SharedResults results) {
        this.conditions = candidates.stream().map(Candidate::condition).toArray(CheckedExpr[]::new);
        this.byType = IntStream.range(0, EventTypes.count())
                .mapToObj(type -> IntStream.range(0, conditions.length)
                        .filter(number -> candidates.get(number).types().contains(type))
                        .toArray())
                .toArray(int[][]::new);
        this.results = results;
    }

    @Override
    public int first(Event event) {
        results.nextEvent();
        return next(event, NONE);
    }

    @Override
    public int next(Event event, int after) {
        for (int number : byType[event.type()]) {
            if (number > after && results.holds(conditions[number], event)) {
                return number;
            }
        }
        return NONE;
    }
}
