package io.tiercel.functions.enrich;

import io.tiercel.rules.alert.Alert;
import io.tiercel.rules.match.IpAddressParser;
import java.net.InetAddress;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds the address at the other end of the connection that an alert is about. */
final class RemoteAddress {
    /** The remote end; else the server's, which it is for what a program connects to; else the client's. */
    private static final List<String> FIELDS = List.of("fd.rip", "fd.sip", "fd.cip");

    /** {@code 10.0.0.1:4000->10.0.0.2:443} with IPv4, bare or bracketed IPv6 addresses. */
    private static final Pattern CONNECTION =
            Pattern.compile("\\[?[0-9a-fA-F.:]+]?:[0-9]{1,5}->\\[?([0-9a-fA-F.:]+?)]?:[0-9]{1,5}");

    private RemoteAddress() {}

    /** The address; null if the alert has none, or it is this machine's own. */
    static @Nullable InetAddress of(Alert alert) {
        for (String field : FIELDS) {
            InetAddress address = elsewhere(alert.outputFields().get(field));
            if (address != null) {
                return address;
            }
        }
        if (alert.outputFields().get("fd.name") instanceof String name) {
            Matcher connection = CONNECTION.matcher(name);
            return connection.matches() ? elsewhere(connection.group(1)) : null;
        }
        return null;
    }

    private static @Nullable InetAddress elsewhere(@Nullable Object value) {
        InetAddress address = value instanceof String text ? IpAddressParser.parse(text) : null;
        return address == null || address.isLoopbackAddress() || address.isAnyLocalAddress() ? null : address;
    }
}
