package io.tiercel.functions.notification;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Set;

/** The address of a service that receives messages: https, or http to the loopback interface. */
public final class ServiceAddress {
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

    private ServiceAddress() {}

    /**
     * Parses an address.
     *
     * @param name the name of the service or setting, for the error message
     * @throws IllegalArgumentException if the address is neither https nor http to this machine; the message omits the
     *     address, because it may contain a secret
     */
    public static URI parse(String name, String address) {
        try {
            URI uri = new URI(address.strip());
            boolean loopback = "http".equals(uri.getScheme()) && LOOPBACK.contains(uri.getHost());
            if (uri.getHost() != null && uri.getUserInfo() == null && (loopback || "https".equals(uri.getScheme()))) {
                return uri;
            }
        } catch (URISyntaxException e) {
            // The message of this exception would contain the address.
        }
        throw new IllegalArgumentException(
                name + " is not an https:// address (http:// is allowed for localhost and 127.0.0.1 only)");
    }
}
