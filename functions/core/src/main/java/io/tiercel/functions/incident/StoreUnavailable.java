package io.tiercel.functions.incident;

import org.jspecify.annotations.Nullable;

/** Thrown when a store cannot be read or written. A later attempt may succeed. */
public final class StoreUnavailable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public StoreUnavailable(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
