package io.tiercel.functions.local.sqlite;

/** The data folder cannot be had: another server uses it, or it cannot be written; the message says which. */
public final class DataDirectoryUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public DataDirectoryUnavailableException(String message) {
        super(message);
    }
}
