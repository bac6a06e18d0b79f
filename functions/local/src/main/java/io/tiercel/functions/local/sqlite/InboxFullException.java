package io.tiercel.functions.local.sqlite;

/** Too many alerts wait to be counted; sending again later will succeed. */
public final class InboxFullException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    InboxFullException(int limit) {
        super(limit + " alerts wait to be counted, no more are taken now; send again later");
    }
}
