package io.tiercel.rules.alert;

import java.util.Locale;
import java.util.Optional;

/** Priority of a rule, as in Falco and syslog. The highest priority is first. */
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

    /**
     * Parses a priority, ignoring case. {@code info} is accepted for {@code informational}. Returns an empty result for
     * other text.
     */
    public static Optional<Priority> parse(String text) {
        String name = text.toLowerCase(Locale.ROOT);
        if (name.equals("info")) {
            return Optional.of(INFORMATIONAL);
        }
        for (Priority priority : values()) {
            if (priority.label.toLowerCase(Locale.ROOT).equals(name)) {
                return Optional.of(priority);
            }
        }
        return Optional.empty();
    }

    /** Returns the spelling in alerts. */
    public String label() {
        return label;
    }

    /** Returns whether this priority is equal to or higher than the threshold. */
    public boolean atLeast(Priority threshold) {
        return ordinal() <= threshold.ordinal();
    }
}
