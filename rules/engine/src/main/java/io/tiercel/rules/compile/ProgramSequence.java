package io.tiercel.rules.compile;

import io.tiercel.rules.event.Event;
import io.tiercel.rules.event.EventTypeSet;
import io.tiercel.rules.event.EventTypes;
import java.util.ArrayList;
import java.util.List;

/** Programs of consecutive conditions, as one program. */
final class ProgramSequence implements RuleProgram {
    private final RuleProgram[] programs;

    /** The number of the first condition of each program. */
    private final int[] starts;

    /** For each event type, the indexes of the programs that have a condition for it, in ascending order. */
    private final int[][] byType;

    /** The event of each program's caches: the number that it had. */
    private final long[] events;

    private long event;

    /**
     * Creates a sequence.
     *
     * @param programs a program for each list of conditions
     * @param conditions the conditions in order
     */
    ProgramSequence(List<RuleProgram> programs, List<List<Candidate>> conditions) {
        this.programs = programs.toArray(RuleProgram[]::new);
        this.starts = new int[this.programs.length];
        this.events = new long[this.programs.length];
        List<List<Integer>> indexes = new ArrayList<>();
        for (int type = 0; type < EventTypes.count(); type++) {
            indexes.add(new ArrayList<>());
        }
        int start = 0;
        for (int index = 0; index < starts.length; index++) {
            starts[index] = start;
            start += conditions.get(index).size();
            EventTypeSet types = conditions.get(index).stream()
                    .map(Candidate::types)
                    .reduce(EventTypeSet.none(), EventTypeSet::union);
            for (int type : types.codes()) {
                indexes.get(type).add(index);
            }
        }
        this.byType = indexes.stream()
                .map(list -> list.stream().mapToInt(Integer::intValue).toArray())
                .toArray(int[][]::new);
    }

    @Override
    public int first(Event event) {
        this.event++;
        return next(event, NONE);
    }

    @Override
    public int next(Event event, int after) {
        for (int index : byType[event.type()]) {
            boolean isLast = index == starts.length - 1;
            if (isLast || starts[index + 1] - 1 > after) {
                int found = next(index, event, Math.max(NONE, after - starts[index]));
                if (found != NONE) {
                    return starts[index] + found;
                }
            }
        }
        return NONE;
    }

    private int next(int index, Event event, int after) {
        if (events[index] != this.event) {
            events[index] = this.event;
            int first = programs[index].first(event);
            if (first > after || first == NONE) {
                return first;
            }
        }
        return programs[index].next(event, after);
    }
}
