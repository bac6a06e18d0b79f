package io.tiercel.bench.live;

/** Signals that the measurement cannot continue. The message is for the user. */
final class BenchException extends Exception {
    private static final long serialVersionUID = 1L;

    BenchException(String message) {
        super(message);
    }
}
