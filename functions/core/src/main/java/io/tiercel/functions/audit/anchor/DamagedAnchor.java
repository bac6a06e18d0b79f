package io.tiercel.functions.audit.anchor;

/** Thrown when a stored anchor is missing, was changed or cannot be read. The message names the anchor. */
public final class DamagedAnchor extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DamagedAnchor(long sequence, String reason) {
        super("anchor " + sequence + " " + reason);
    }

    DamagedAnchor(long sequence, String reason, Throwable cause) {
        super("anchor " + sequence + " " + reason, cause);
    }
}
