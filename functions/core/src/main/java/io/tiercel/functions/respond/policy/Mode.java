package io.tiercel.functions.respond.policy;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** How far a policy may go by itself. */
public enum Mode {
    /** Its actions are written down and tried with dry-run calls. */
    DRY_RUN,
    /** Its actions wait until somebody approves them. */
    APPROVE,
    /** Its actions are carried out as far as the guard rails allow; what they hold back waits for approval. */
    AUTO;

    /** The word in policies and plans. */
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
