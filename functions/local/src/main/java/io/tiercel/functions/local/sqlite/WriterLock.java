package io.tiercel.functions.local.sqlite;

import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * The lock of the database's writer. Threads get it in the order in which they ask, so that a thread with many transactions does not delay
 * the others. Of the threads that yield, only one at a time asks for it. Another thread therefore waits for at most one of their
 * transactions, whatever their number.
 */
final class WriterLock {
    private static final ScopedValue<Boolean> YIELDS = ScopedValue.newInstance();

    private final ReentrantLock lock = new ReentrantLock(true);

    /** A thread that yields holds it from before it asks for the lock until it releases the lock. */
    private final ReentrantLock turnstile = new ReentrantLock(true);

    /** Returns work during which the calling thread yields. Threads that the work starts do not. */
    static <T> Supplier<T> yielding(Supplier<T> work) {
        return () -> ScopedValue.where(YIELDS, true).call(work::get);
    }

    void lock() {
        if (YIELDS.isBound() && !isHeld()) {
            turnstile.lock();
        }
        lock.lock();
    }

    void unlock() {
        lock.unlock();
        if (turnstile.isHeldByCurrentThread() && !isHeld()) {
            turnstile.unlock();
        }
    }

    /** Returns whether the current thread holds the lock. */
    boolean isHeld() {
        return lock.isHeldByCurrentThread();
    }

    /** Returns how often the current thread holds the lock. */
    int holds() {
        return lock.getHoldCount();
    }
}
