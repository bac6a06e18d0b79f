package io.tiercel.functions.intake;

import io.tiercel.rules.text.TextLimit;

/** Thrown for a document that is not a valid alert. The message is the reason and can be returned to the sender. */
public final class AlertRejected extends RuntimeException {
    /** Maximum length of {@link #reason}, in characters. */
    public static final int MAX_REASON_CHARACTERS = 200;

    private static final long serialVersionUID = 1L;

    private final RejectionReason code;

    /** Creates a rejection of a document that has not the form of an alert. */
    public AlertRejected(String reason) {
        this(RejectionReason.NOT_AN_ALERT, reason);
    }

    /** @param reason the description; longer texts than {@link #MAX_REASON_CHARACTERS} are truncated */
    public AlertRejected(RejectionReason code, String reason) {
        super(TextLimit.cut(SafeText.oneLine(reason), MAX_REASON_CHARACTERS, "..."));
        this.code = code;
    }

    /** Returns the kind of the reason. */
    public RejectionReason code() {
        return code;
    }

    /** Returns the description, one line of at most {@link #MAX_REASON_CHARACTERS}. */
    public String reason() {
        return String.valueOf(getMessage());
    }
}
