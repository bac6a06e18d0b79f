package io.tiercel.functions.console.session;

import io.tiercel.functions.operate.Caller;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A browser that has logged in. Its id is in a cookie; the server keeps only a digest of it. */
public final class Session {
    private final Caller caller;
    private final Instant expires;
    private final String csrfToken = RandomText.create();
    private final AtomicReference<@Nullable Message> message = new AtomicReference<>();
    private volatile Instant lastUsed;

    Session(Caller caller, Instant now, Instant expires) {
        this.caller = caller;
        this.lastUsed = now;
        this.expires = expires;
    }

    /**
     * The result of a change, shown on the next page.
     *
     * @param success whether the change took effect
     * @param text one or more sentences
     */
    public record Message(boolean success, String text) {}

    /** Returns the operator. */
    public Caller caller() {
        return caller;
    }

    /** Returns the token that each change must repeat. */
    public String csrfToken() {
        return csrfToken;
    }

    /** Returns whether a request repeats the token of this session. */
    public boolean hasCsrfToken(@Nullable String token) {
        return token != null && RandomText.equal(csrfToken, token);
    }

    /** Keeps a message for the next page. A later message replaces it. */
    public void show(Message next) {
        message.set(next);
    }

    /** Returns and removes the message for this page; null if there is none. */
    public @Nullable Message takeMessage() {
        return message.getAndSet(null);
    }

    boolean expired(Instant now, Instant idleSince) {
        return !now.isBefore(expires) || lastUsed.isBefore(idleSince);
    }

    void use(Instant now) {
        lastUsed = now;
    }
}
