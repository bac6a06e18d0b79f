package io.tiercel.functions.client;

import io.tiercel.http.TlsFiles;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Locale;

/**
 * How to connect to a server.
 *
 * @param server https address of the server, or an http address of this machine; without path and query
 * @param token bearer token; empty for none
 * @param tls certificates
 * @param operator name of the person for the audit log, which the server does not verify; may be empty
 */
public record HttpOptions(URI server, String token, TlsFiles tls, String operator) {
    /**
     * Checks the options.
     *
     * @throws IllegalArgumentException if the address is invalid, or if it would send the token over a network without TLS
     */
    public HttpOptions {
        String scheme = String.valueOf(server.getScheme()).toLowerCase(Locale.ROOT);
        String path = server.getRawPath();
        if (server.getHost() == null
                || !(scheme.equals("http") || scheme.equals("https"))
                || server.getRawUserInfo() != null
                || server.getRawQuery() != null
                || server.getRawFragment() != null
                || path != null && !path.isEmpty() && !path.equals("/")) {
            throw new IllegalArgumentException(
                    "the address of the server must look like https://HOST or http://127.0.0.1:8466");
        }
        if (scheme.equals("http") && !token.isEmpty() && !isThisMachine(server.getHost())) {
            throw new IllegalArgumentException(
                    server + " would send the token without TLS; use https, or forward a local port to the server");
        }
        if (!token.chars().allMatch(character -> character > ' ' && character < 0x7f)) {
            throw new IllegalArgumentException("the token contains a character that is not visible ASCII");
        }
    }

    /** Names other than localhost are not resolved: the resolver could answer differently for the connection. */
    private static boolean isThisMachine(String host) {
        if (host.equalsIgnoreCase("localhost")) {
            return true;
        }
        if (!host.matches("[0-9.]+|\\[[0-9a-fA-F:.]+]")) {
            return false;
        }
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    /** Does not contain the token. */
    @Override
    public String toString() {
        return server.toString();
    }
}
