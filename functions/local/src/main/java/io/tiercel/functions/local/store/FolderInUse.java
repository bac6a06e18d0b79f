package io.tiercel.functions.local.store;

/** The data folder cannot be had: another server uses it, or it cannot be written; the message says which. */
public final class FolderInUse extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public FolderInUse(String message) {
        super(message);
    }
}
