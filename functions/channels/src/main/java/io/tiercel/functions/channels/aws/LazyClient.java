package io.tiercel.functions.channels.aws;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A client that is created on first use, because a channel opens no connection before its first message. If the creation fails, the next
 * use tries again. Thread-safe.
 *
 * @param <C> the type of the client
 */
public final class LazyClient<C extends AutoCloseable> implements AutoCloseable {
    private final Supplier<C> create;
    private @Nullable C client;

    public LazyClient(Supplier<C> create) {
        this.create = create;
    }

    /** Returns the client. */
    public synchronized C get() {
        C current = client;
        if (current == null) {
            current = create.get();
            client = current;
        }
        return current;
    }

    /** Closes the client, if there is one. The next use creates another one. */
    @Override
    public synchronized void close() {
        C current = client;
        client = null;
        if (current != null) {
            try {
                current.close();
            } catch (Exception e) {
                throw new IllegalStateException("a client cannot be closed", e);
            }
        }
    }
}
