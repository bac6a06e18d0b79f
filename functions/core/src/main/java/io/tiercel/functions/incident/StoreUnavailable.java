package io.tiercel.functions.incident;

/** A store that cannot be read or written now; trying again later may succeed. */
public final class StoreUnavailable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public StoreUnavailable(String message, Throwable cause) {
        super(message, cause);
    }
}
