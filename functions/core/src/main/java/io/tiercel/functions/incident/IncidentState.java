package io.tiercel.functions.incident;

import java.util.Locale;
import java.util.Optional;

/** The state of an incident. */
public enum IncidentState {
    OPEN,
    CLOSED;

    /** Returns the name in JSON and in queries. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Parses {@link #label}, ignoring case. */
    public static Optional<IncidentState> parse(String text) {
        for (IncidentState state : values()) {
            if (state.label().equals(text.toLowerCase(Locale.ROOT))) {
                return Optional.of(state);
            }
        }
        return Optional.empty();
    }
}
