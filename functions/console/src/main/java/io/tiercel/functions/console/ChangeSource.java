package io.tiercel.functions.console;

/** Reports that incidents or nodes have changed, so that open pages load again. */
public interface ChangeSource {
    /**
     * Calls a listener after each change until the subscription is closed. The listener returns at once and does not throw.
     *
     * @throws IllegalStateException if there are too many subscriptions
     */
    Subscription subscribe(Runnable listener);

    /** A subscription. */
    interface Subscription extends AutoCloseable {
        @Override
        void close();
    }
}
