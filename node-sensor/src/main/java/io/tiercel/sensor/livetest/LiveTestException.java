package io.tiercel.sensor.livetest;

/** A failure to read or run live tests. The message names the location and the fix, and is meant for users. */
public final class LiveTestException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String message;

    LiveTestException(String message) {
        super(message);
        this.message = message;
    }

    @Override
    public String getMessage() {
        return message;
    }
}
