package io.tiercel.functions.local.sqlite;

/** Too many alerts wait to be counted. The client can retry later. */
public final class InboxFullException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    InboxFullException(int limit) {
        super(limit + " alerts wait to be counted; retry later");
    }
}
