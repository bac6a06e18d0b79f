package io.tiercel.functions.enrich;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Parses the text that {@code fd.name} has for a connection, for example {@code 10.0.0.1:4000->10.0.0.2:443}. */
public final class ConnectionText {
    /** The addresses are IPv4 or IPv6 addresses; IPv6 addresses may have brackets. */
    private static final Pattern CONNECTION =
            Pattern.compile("\\[?[0-9a-fA-F.:]+]?:[0-9]{1,5}->\\[?([0-9a-fA-F.:]+?)]?:[0-9]{1,5}");

    private ConnectionText() {}

    /** Returns the text of the server's address; empty if the text is not a connection. */
    public static Optional<String> serverAddress(String text) {
        Matcher connection = CONNECTION.matcher(text);
        return connection.matches() ? Optional.of(connection.group(1)) : Optional.empty();
    }
}
