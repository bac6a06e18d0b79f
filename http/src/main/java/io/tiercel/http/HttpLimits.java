package io.tiercel.http;

import java.time.Duration;

/**
 * The limits of a client.
 *
 * @param connect the maximum time to open a connection, more than zero
 * @param exchange the maximum time from the call to the end of the response, more than zero. It also ends a response that arrives
 *     byte by byte
 * @param bodyBytes the maximum number of bytes of a response's body that are kept, 0 to {@link #MAX_BODY_BYTES}
 */
public record HttpLimits(Duration connect, Duration exchange, int bodyBytes) {
    /** Maximum of {@link #bodyBytes}. */
    public static final int MAX_BODY_BYTES = 64 * 1024;

    public HttpLimits {
        if (!connect.isPositive() || !exchange.isPositive() || bodyBytes < 0 || bodyBytes > MAX_BODY_BYTES) {
            throw new IllegalArgumentException("a limit of the HTTP client is out of range");
        }
    }
}
