package io.tiercel.rules.filter;

import java.io.Serial;

/** Thrown if a condition on alerts is invalid. The message states the position and the reason. */
public final class AlertFilterException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    AlertFilterException(String message) {
        super(message);
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
