package io.tiercel.functions.respond.policy;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** The degree of automation of the actions of a policy. */
public enum Mode {
    /** Actions are recorded and tested with calls that change nothing. */
    DRY_RUN,
    /** Actions wait for approval. */
    APPROVE,
    /** Actions run as far as the guard rails allow. Those that a guard rail holds wait for approval. */
    AUTO;

    /** Returns the name in policies and plans. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static Optional<Mode> parse(String label) {
        return Arrays.stream(values())
                .filter(mode -> mode.label().equals(label))
                .findFirst();
    }

    static String labels() {
        return Arrays.stream(values()).map(Mode::label).collect(Collectors.joining(", "));
    }
}
