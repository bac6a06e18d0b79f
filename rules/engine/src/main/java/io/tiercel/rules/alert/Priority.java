package io.tiercel.rules.alert;

import java.util.Locale;
import java.util.Optional;

/** Urgency of a rule, most urgent first; Falco's and syslog's scale. */
public enum Priority {
    EMERGENCY("Emergency"),
    ALERT("Alert"),
    CRITICAL("Critical"),
    ERROR("Error"),
    WARNING("Warning"),
    NOTICE("Notice"),
    INFORMATIONAL("Informational"),
    DEBUG("Debug");

    private final String label;

    Priority(String label) {
        this.label = label;
    }

    /** Reads a priority in any case; {@code info} equals {@code informational}. Empty if it is none. */
    public static Optional<Priority> parse(String text) {
        String wanted = text.toLowerCase(Locale.ROOT);
        if (wanted.equals("info")) {
            return Optional.of(INFORMATIONAL);
        }
        for (Priority priority : values()) {
            if (priority.label.toLowerCase(Locale.ROOT).equals(wanted)) {
                return Optional.of(priority);
            }
        }
        return Optional.empty();
    }

    /** The spelling that alerts carry. */
    public String label() {
        return label;
    }

    /** Whether this is as urgent as the threshold or more. */
    public boolean atLeast(Priority threshold) {
        return ordinal() <= threshold.ordinal();
    }
}
