package io.tiercel.functions.stage;

import io.tiercel.functions.incident.StoreUnavailable;
import io.tiercel.functions.json.Json;
import io.tiercel.functions.respond.state.StateStore;
import java.util.List;
import java.util.Optional;

/**
 * The incidents that a sweep is about to close: the state document {@code incident-closing}. If the sweep ends between the closing of an
 * incident and the publication of that event, the next sweep publishes it. No other part of the system looks for closed incidents.
 */
final class ClosingJournal {
    /** Maximum number of incidents in the journal. */
    static final int MAX_INCIDENTS = 100;

    private static final String KEY = "incident-closing";

    private final StateStore states;

    ClosingJournal(StateStore states) {
        this.states = states;
    }

    private record Entries(List<String> incidents) {}

    /** Returns the incidents that the last sweep was about to close and did not finish. */
    List<String> unfinished() {
        return states.read(KEY)
                .map(document -> Json.read(document.document(), Entries.class, StoreUnavailable::new)
                        .incidents())
                .orElse(List.of());
    }

    /**
     * Replaces the journal. Two sweeps at once may replace each other's; both publish what they close.
     *
     * @return false if another sweep wrote at the same time, and the journal does not contain these incidents
     */
    boolean write(List<String> incidents) {
        Optional<StateStore.Versioned> before = states.read(KEY);
        return states.write(
                KEY,
                before.map(StateStore.Versioned::version).orElse(0L),
                Json.write(new Entries(incidents)),
                StateStore.Schedule.NONE);
    }
}
