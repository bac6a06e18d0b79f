package io.tiercel.rules.filter;

import java.io.Serial;

/** A condition over alerts that cannot be used; the message says where and why. */
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
