package io.tiercel.functions.local.store;

/** Too many alerts wait to be counted; sending again later will succeed. */
public final class InboxFull extends RuntimeException {
    private static final long serialVersionUID = 1L;

    InboxFull(int limit) {
        super(limit + " alerts wait to be counted, no more are taken now; send again later");
    }
}
