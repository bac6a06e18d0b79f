package io.tiercel.rules.compile;

import io.tiercel.rules.check.CheckedExpr;
import io.tiercel.rules.eval.SharedResults;
import io.tiercel.rules.event.Event;
import io.tiercel.rules.event.EventTypes;
import java.util.Arrays;
import java.util.List;

/** A program that interprets the trees of the conditions. */
final class InterpretedProgram implements RuleProgram {
    private final CheckedExpr[] conditions;

    /** Numbers of the conditions for each event type, in ascending order. */
    private final int[][] byType;

    private final SharedResults results;

    InterpretedProgram(List<Candidate> candidates, SharedResults results) {
        this.conditions = candidates.stream().map(Candidate::condition).toArray(CheckedExpr[]::new);
        this.byType = new int[EventTypes.count()][0];
        for (int number = 0; number < conditions.length; number++) {
            for (int type : candidates.get(number).types().codes()) {
                int count = byType[type].length;
                byType[type] = Arrays.copyOf(byType[type], count + 1);
                byType[type][count] = number;
            }
        }
        this.results = results;
    }

    /** Returns the numbers of the conditions for an event type. */
    int[] numbers(int type) {
        return byType[type];
    }

    @Override
    public int first(Event event) {
        results.nextEvent();
        return next(event, NONE);
    }

    @Override
    public int next(Event event, int after) {
        for (int number : byType[event.type()]) {
            if (number > after && results.matches(conditions[number], event)) {
                return number;
            }
        }
        return NONE;
    }
}
