package io.tiercel.functions.interact;

import java.util.Map;

/**
 * A call from outside, of which nothing is believed yet.
 *
 * @param method of HTTP, in upper case
 * @param path e.g. {@code /interact/slack}
 * @param headers by name in lower case
 * @param body as it came: signatures are over its bytes
 */
public record Call(String method, String path, Map<String, String> headers, byte[] body) {
    String header(String name) {
        return headers.getOrDefault(name, "");
    }
}
