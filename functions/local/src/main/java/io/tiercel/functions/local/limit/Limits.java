package io.tiercel.functions.local.limit;

import java.time.Duration;

/** The values of the limits. docs/functions.md lists them. */
public final class Limits {
    /** The maximum number of connections. Beyond it, the connection that has waited longest for a request is closed. */
    public static final int MAX_CONNECTIONS = 1_000;

    /** The time from accepting a connection until the headers of its first request are complete, including TLS. */
    public static final Duration FIRST_REQUEST = Duration.ofSeconds(10);

    /**
     * The time from a response until the headers of the next request are complete. Java's HTTP client keeps a
     * connection for 30 seconds. This time is longer, so that a client does not use a connection that is being closed.
     */
    public static final Duration NEXT_REQUEST = Duration.ofSeconds(60);

    /** The time from the headers of a request until its body is complete. */
    public static final Duration BODY = Duration.ofSeconds(30);

    /** The maximum pause within a body. */
    public static final Duration BODY_PAUSE = Duration.ofSeconds(5);

    /** A pause after which a body is given up if another one needs its memory. */
    public static final Duration BODY_PAUSE_UNDER_PRESSURE = Duration.ofSeconds(1);

    /** The time within which a client must have received a response. */
    public static final Duration RESPONSE = Duration.ofSeconds(30);

    /** The maximum size of a body with alerts or of a function's document, decompressed, bytes. */
    public static final int MAX_BODY = 4 << 20;

    /** The maximum size of other bodies, bytes. */
    public static final int MAX_SMALL_BODY = 256 << 10;

    private Limits() {}
}
