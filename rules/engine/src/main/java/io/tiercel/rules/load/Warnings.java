package io.tiercel.rules.load;

import java.util.ArrayList;
import java.util.List;

/** The warnings of one file; beyond {@link #MAX} they are counted only. */
final class Warnings {
    static final int MAX = 1_000;

    private final List<Problem> kept = new ArrayList<>();
    private int dropped;

    void add(LoadCode code, SourcePosition spot, String message, String advice) {
        if (kept.size() < MAX) {
            kept.add(spot.problem(code, message, advice));
        } else {
            dropped++;
        }
    }

    List<Problem> kept() {
        return List.copyOf(kept);
    }

    int dropped() {
        return dropped;
    }
}
