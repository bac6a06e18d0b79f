package io.tiercel.sensor.metrics;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The first line and the headers of an HTTP request.
 *
 * @param method the method, such as {@code GET}
 * @param path the path without the query
 * @param headers the lines of the headers, without the first line of the request
 */
record RequestHead(String method, String path, List<String> headers) {
    /** The maximum size of a head in bytes. */
    static final int MAX_BYTES = 8 << 10;

    /** Returns true if an empty line ends the head within {@code length} bytes, at {@code from} or after it. */
    static boolean isComplete(byte[] bytes, int from, int length) {
        for (int i = Math.max(from, 3); i < length; i++) {
            if (bytes[i] == '\n' && bytes[i - 1] == '\r' && bytes[i - 2] == '\n' && bytes[i - 3] == '\r') {
                return true;
            }
        }
        return false;
    }

    /** Returns the head, or null if it is not one of HTTP/1. */
    static @Nullable RequestHead parse(byte[] bytes, int length) {
        List<String> lines = new String(bytes, 0, length, StandardCharsets.ISO_8859_1)
                .lines()
                .takeWhile(line -> !line.isEmpty())
                .toList();
        String[] first = lines.isEmpty() ? new String[0] : lines.getFirst().split(" ", -1);
        if (first.length != 3 || !first[1].startsWith("/") || !first[2].startsWith("HTTP/1.")) {
            return null;
        }
        int query = first[1].indexOf('?');
        return new RequestHead(
                first[0], query < 0 ? first[1] : first[1].substring(0, query), lines.subList(1, lines.size()));
    }

    /** Returns the value of the first header of a name, which is in lower case; null if there is none. */
    @Nullable
    String header(String name) {
        for (String line : headers) {
            int colon = line.indexOf(':');
            if (colon > 0 && line.substring(0, colon).toLowerCase(Locale.ROOT).equals(name)) {
                return line.substring(colon + 1).strip();
            }
        }
        return null;
    }

    boolean isGetOrHead() {
        return method.equals("GET") || isHead();
    }

    boolean isHead() {
        return method.equals("HEAD");
    }
}
