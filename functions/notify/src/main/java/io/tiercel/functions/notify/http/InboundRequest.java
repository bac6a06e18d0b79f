package io.tiercel.functions.notify.http;

import java.util.Map;

/**
 * An inbound HTTP request that has not been authenticated.
 *
 * @param method the HTTP method, in upper case
 * @param path e.g. {@code /interact/slack}
 * @param headers the headers by lowercase name
 * @param body the unmodified body; signatures cover its bytes
 */
public record InboundRequest(String method, String path, Map<String, String> headers, byte[] body) {
    /** Returns a header's value; empty if the request does not have the header. */
    public String header(String name) {
        return headers.getOrDefault(name, "");
    }
}
