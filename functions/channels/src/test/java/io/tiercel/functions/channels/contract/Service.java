package io.tiercel.functions.channels.contract;

import java.time.Duration;
import java.util.List;

/** A stand-in of the service behind one type of channel. */
interface Service {
    /** Part of every secret. */
    String SECRET = "s3cr3t";

    /** How the service behaves. */
    enum Behavior {
        ACCEPT,
        /** Asks for a later attempt. */
        THROTTLE,
        /** Rejects the message or the login for good. */
        REJECT,
        /** Accepts connections and does not respond. */
        HANG
    }

    /** The channel type. */
    String type();

    /** The settings of a channel as the inside of a YAML flow mapping, without {@code type}. Call {@link #behave} before. */
    String settings();

    /** Forgets what it has received, and behaves in this way from now on. */
    void behave(Behavior behavior) throws Exception;

    /**
     * Returns the accepted messages as text in which nothing is encoded.
     *
     * @throws AssertionError if a message violates the service's contract
     */
    List<String> received() throws Exception;

    /** The delay that the service asks for in {@link Behavior#THROTTLE}. */
    default Duration retryAfter() {
        return Duration.ZERO;
    }

    /** Stops the service. It is not {@link AutoCloseable}: JUnit would close it after each test. */
    void stop() throws Exception;
}
