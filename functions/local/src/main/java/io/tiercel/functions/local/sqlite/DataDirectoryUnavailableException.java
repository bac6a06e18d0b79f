package io.tiercel.functions.local.sqlite;

/** The data directory is in use by another server or cannot be written. The message contains the reason. */
public final class DataDirectoryUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public DataDirectoryUnavailableException(String message) {
        super(message);
    }
}
