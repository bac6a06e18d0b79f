package io.tiercel.http;

import java.net.URI;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A request. Its address and headers may be secret: neither {@link #toString} nor an exception contains them.
 *
 * @param method GET, POST or PUT
 * @param address http or https, with a host and without user or fragment
 * @param headers the headers by name, in any case
 * @param body the body; empty for none. The array is not copied
 */
public record OutboundRequest(String method, URI address, Map<String, String> headers, byte[] body) {
    /** Headers that the client sets, or that change the meaning of the connection. */
    private static final Set<String> RESERVED = Set.of(
            "connection",
            "content-length",
            "expect",
            "host",
            "keep-alive",
            "proxy-authorization",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade");

    private static final Set<String> METHODS = Set.of("GET", "POST", "PUT");
    private static final String TOKEN_SYMBOLS = "!#$%&'*+-.^_`|~";

    /**
     * Checks the request.
     *
     * @throws IllegalArgumentException if a part is invalid
     */
    public OutboundRequest {
        String scheme = address.getScheme() == null ? "" : address.getScheme().toLowerCase(Locale.ROOT);
        if (!METHODS.contains(method)) {
            throw new IllegalArgumentException("the method of the request is not one of GET, POST and PUT");
        }
        if (address.getHost() == null
                || address.getRawUserInfo() != null
                || address.getRawFragment() != null
                || !(scheme.equals("http") || scheme.equals("https"))) {
            throw new IllegalArgumentException("the address of the request is not a valid http or https address");
        }
        Map<String, String> checked = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        headers.forEach((name, value) -> {
            if (!isHeaderName(name)) {
                throw new IllegalArgumentException("the name of a header is invalid or reserved");
            }
            if (!isHeaderValue(value)) {
                throw new IllegalArgumentException(
                        "the value of the header " + name + " contains a character that is not printable ASCII");
            }
            checked.put(name, value);
        });
        headers = Collections.unmodifiableMap(checked);
    }

    /** Returns a POST request. */
    public static OutboundRequest post(URI address, Map<String, String> headers, byte[] body) {
        return new OutboundRequest("POST", address, headers, body);
    }

    /** Returns whether a caller may set a header of this name. */
    public static boolean isHeaderName(String name) {
        return !name.isEmpty()
                && !RESERVED.contains(name.toLowerCase(Locale.ROOT))
                && name.chars().allMatch(OutboundRequest::isTokenCharacter);
    }

    /** Returns whether a text can be the value of a header: printable ASCII in one line. */
    public static boolean isHeaderValue(String value) {
        return value.chars().allMatch(character -> character >= ' ' && character < 0x7f);
    }

    private static boolean isTokenCharacter(int character) {
        return character >= 'a' && character <= 'z'
                || character >= 'A' && character <= 'Z'
                || character >= '0' && character <= '9'
                || TOKEN_SYMBOLS.indexOf(character) >= 0;
    }

    @Override
    public String toString() {
        return method + " request of " + body.length + " bytes";
    }
}
