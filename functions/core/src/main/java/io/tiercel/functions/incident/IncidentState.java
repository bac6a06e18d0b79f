package io.tiercel.functions.incident;

import java.util.Locale;
import java.util.Optional;

/** Where an incident stands. */
public enum IncidentState {
    OPEN,
    CLOSED;

    /** The word in JSON and in queries. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Reads {@link #label} in any case. */
    public static Optional<IncidentState> parse(String text) {
        for (IncidentState state : values()) {
            if (state.label().equals(text.toLowerCase(Locale.ROOT))) {
                return Optional.of(state);
            }
        }
        return Optional.empty();
    }
}
