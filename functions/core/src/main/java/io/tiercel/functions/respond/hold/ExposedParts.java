package io.tiercel.functions.respond.hold;

import io.tiercel.functions.respond.state.StateStore;
import io.tiercel.functions.respond.state.StateStore.DueKind;
import java.time.InstantSource;
import java.util.function.IntSupplier;

/**
 * Counts the parts of targets that are more open than before their isolation: a response is between its two moves, or could not
 * complete them. An alarm is due while the count is not 0.
 */
public final class ExposedParts implements IntSupplier {
    /** The maximum count; more parts count as this many. */
    public static final int MAX_COUNT = 100;

    private final StateStore store;
    private final InstantSource clock;

    public ExposedParts(StateStore store, InstantSource clock) {
        this.store = store;
        this.clock = clock;
    }

    @Override
    public int getAsInt() {
        return store.due(DueKind.EXPOSED, clock.instant(), MAX_COUNT).size();
    }
}
