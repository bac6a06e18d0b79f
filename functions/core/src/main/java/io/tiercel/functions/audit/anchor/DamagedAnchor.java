package io.tiercel.functions.audit.anchor;

/** Thrown when a stored anchor is missing, was changed or cannot be read. The message names the anchor. */
public final class DamagedAnchor extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean missing;

    DamagedAnchor(long sequence, String reason) {
        super("anchor " + sequence + " " + reason);
        missing = false;
    }

    private DamagedAnchor(long sequence) {
        super("anchor " + sequence + " is missing");
        missing = true;
    }

    static DamagedAnchor missing(long sequence) {
        return new DamagedAnchor(sequence);
    }

    /** Returns whether the anchor does not exist. */
    public boolean missing() {
        return missing;
    }

    DamagedAnchor(long sequence, String reason, Throwable cause) {
        super("anchor " + sequence + " " + reason, cause);
        missing = false;
    }
}
