package io.tiercel.functions.respond.policy;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a release does with changes that another client made to a target since a step changed it. */
public enum OnDrift {
    /** The release leaves these changes and reports them. */
    LEAVE,
    /** The release restores the prior state and reports what it replaced. */
    RESTORE;

    /** Returns the name in policies. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<OnDrift> parse(String label) {
        return Arrays.stream(values())
                .filter(value -> value.label().equals(label))
                .findFirst();
    }

    static String labels() {
        return Arrays.stream(values()).map(OnDrift::label).collect(Collectors.joining(", "));
    }
}
