package io.tiercel.bench.live;

/** Why nothing can be measured, for whoever started it. */
final class BenchException extends Exception {
    private static final long serialVersionUID = 1L;

    BenchException(String message) {
        super(message);
    }
}
