package io.tiercel.functions.respond.action;

import org.jspecify.annotations.Nullable;

/** An action, or one of its calls, that did not succeed; the message says what failed and, without secrets, why. */
public final class ActionFailed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Kind kind;

    /** What a failure means for whoever called. */
    public enum Kind {
        /** It cannot succeed like this: denied, refused, contradicted. */
        FINAL,
        /** The same call may succeed later: throttled, unavailable, too slow. */
        PASSING,
        /** What it was about is not there. */
        ABSENT
    }

    private ActionFailed(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    /** It cannot succeed like this. */
    public static ActionFailed because(String message) {
        return new ActionFailed(Kind.FINAL, message, null);
    }

    /** The same call may succeed later. */
    public static ActionFailed forNow(String message, @Nullable Throwable cause) {
        return new ActionFailed(Kind.PASSING, message, cause);
    }

    /** What it was about is not there. */
    public static ActionFailed absent(String message) {
        return new ActionFailed(Kind.ABSENT, message, null);
    }

    /** What it means. */
    public Kind kind() {
        return kind;
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
