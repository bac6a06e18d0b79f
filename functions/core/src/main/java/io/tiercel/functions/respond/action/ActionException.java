package io.tiercel.functions.respond.action;

import org.jspecify.annotations.Nullable;

/**
 * Signals that an action, or one API call of an action, failed. The message names the call and the cause and has no
 * secrets.
 */
public final class ActionException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Kind kind;
    private final boolean partial;

    /** Tells the caller whether a retry can help. */
    public enum Kind {
        /** A retry cannot help: the call was denied, rejected or impossible. */
        PERMANENT,
        /** A retry may succeed: the service throttled the call, was unavailable or timed out. */
        RETRYABLE,
        /** The object that the call names does not exist. */
        NOT_FOUND,
        /** The action cannot be applied to this target. No call failed, so this does not count as a failure of the action. */
        NOT_APPLICABLE,
        /**
         * A document of the target, a response or a stored document cannot be read. The writer of the document may be an attacker,
         * so this does not count as a failure of the action.
         */
        UNREADABLE
    }

    private ActionException(Kind kind, String message, @Nullable Throwable cause) {
        this(kind, false, message, cause);
    }

    private ActionException(Kind kind, boolean partial, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
        this.partial = partial;
    }

    /** Returns a failure that a retry cannot fix. */
    public static ActionException permanent(String message) {
        return new ActionException(Kind.PERMANENT, message, null);
    }

    /** Returns a failure after which a retry may succeed. */
    public static ActionException retryable(String message, @Nullable Throwable cause) {
        return new ActionException(Kind.RETRYABLE, message, cause);
    }

    /** Returns a failure because an object does not exist. */
    public static ActionException notFound(String message) {
        return new ActionException(Kind.NOT_FOUND, message, null);
    }

    /** Returns a refusal because the action cannot be applied to this target. */
    public static ActionException notApplicable(String message) {
        return new ActionException(Kind.NOT_APPLICABLE, message, null);
    }

    /** Returns a failure because a document or a response cannot be parsed. */
    public static ActionException unreadable(String message, Throwable cause) {
        return new ActionException(Kind.UNREADABLE, message, cause);
    }

    /** Returns a failure of the same kind with another message. */
    public ActionException withMessage(String message) {
        return new ActionException(kind, partial, message, this);
    }

    /** Returns a failure of the same kind of an action that has achieved a part of its purpose. */
    public ActionException partial(String message) {
        return new ActionException(kind, true, message, this);
    }

    /** Returns whether the action has achieved a part of its purpose. If no retry succeeds, its step is partial. */
    public boolean isPartial() {
        return partial;
    }

    /**
     * Returns whether an API refused or failed the call, so that it counts as a failure of the action. Nothing that a workload can
     * write or delete causes such a failure.
     */
    public boolean countsAsFailure() {
        return kind == Kind.PERMANENT || kind == Kind.RETRYABLE;
    }

    /** Returns the kind of this failure. */
    public Kind kind() {
        return kind;
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
