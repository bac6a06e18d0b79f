package io.tiercel.functions.enrich;

import io.tiercel.rules.alert.Alert;
import io.tiercel.rules.match.IpAddressParser;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds the remote address of an alert's connection. */
final class RemoteAddress {
    /** The remote address, else the server's address of an outgoing connection, else the client's address. */
    private static final List<String> FIELDS = List.of("fd.rip", "fd.sip", "fd.cip");

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
            return ConnectionText.serverAddress(name).map(RemoteAddress::remote).orElse(null);
        }
        return null;
    }

    private static @Nullable InetAddress remote(@Nullable Object value) {
        InetAddress address = value instanceof String text ? IpAddressParser.parse(text) : null;
        return address == null || address.isLoopbackAddress() || address.isAnyLocalAddress() ? null : address;
    }
}
