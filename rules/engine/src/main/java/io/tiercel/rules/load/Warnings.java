package io.tiercel.rules.load;

import java.util.ArrayList;
import java.util.List;

/** The warnings of one file. Warnings beyond {@link #MAX} are only counted. */
final class Warnings {
    static final int MAX = 1_000;

    private final List<Problem> reported = new ArrayList<>();
    private int dropped;

    void add(LoadCode code, SourcePosition position, String message, String advice) {
        if (reported.size() < MAX) {
            reported.add(position.problem(code, message, advice));
        } else {
            dropped++;
        }
    }

    List<Problem> reported() {
        return List.copyOf(reported);
    }

    int dropped() {
        return dropped;
    }
}
