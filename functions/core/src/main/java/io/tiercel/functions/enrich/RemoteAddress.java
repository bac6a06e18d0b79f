package io.tiercel.functions.enrich;

import io.tiercel.rules.alert.Alert;
import io.tiercel.rules.match.IpAddressParser;
import java.net.InetAddress;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds the remote address of an alert's connection. */
final class RemoteAddress {
    /** The remote address, else the server's address of an outgoing connection, else the client's address. */
    private static final List<String> FIELDS = List.of("fd.rip", "fd.sip", "fd.cip");

    /** {@code 10.0.0.1:4000->10.0.0.2:443} with IPv4, bare or bracketed IPv6 addresses. */
    private static final Pattern CONNECTION =
            Pattern.compile("\\[?[0-9a-fA-F.:]+]?:[0-9]{1,5}->\\[?([0-9a-fA-F.:]+?)]?:[0-9]{1,5}");

    private RemoteAddress() {}

    /** Returns the address, or null if the alert has none or it is a local address. */
    static @Nullable InetAddress find(Alert alert) {
        for (String field : FIELDS) {
            InetAddress address = remote(alert.outputFields().get(field));
            if (address != null) {
                return address;
            }
        }
        if (alert.outputFields().get("fd.name") instanceof String name) {
            Matcher connection = CONNECTION.matcher(name);
            return connection.matches() ? remote(connection.group(1)) : null;
        }
        return null;
    }

    private static @Nullable InetAddress remote(@Nullable Object value) {
        InetAddress address = value instanceof String text ? IpAddressParser.parse(text) : null;
        return address == null || address.isLoopbackAddress() || address.isAnyLocalAddress() ? null : address;
    }
}
