package io.tiercel.functions.respond.action;

import org.jspecify.annotations.Nullable;

/** An action, or one of its calls, that did not succeed; the message says what failed and, without secrets, why. */
public final class ActionException extends RuntimeException {
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

    private ActionException(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    /** It cannot succeed like this. */
    public static ActionException because(String message) {
        return new ActionException(Kind.FINAL, message, null);
    }

    /** The same call may succeed later. */
    public static ActionException forNow(String message, @Nullable Throwable cause) {
        return new ActionException(Kind.PASSING, message, cause);
    }

    /** What it was about is not there. */
    public static ActionException absent(String message) {
        return new ActionException(Kind.ABSENT, message, null);
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
