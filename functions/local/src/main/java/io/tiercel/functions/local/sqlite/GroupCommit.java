package io.tiercel.functions.local.sqlite;

import io.tiercel.functions.incident.StoreUnavailable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Lets concurrent requests share one commit, because each commit waits for the disk. The first waiting thread commits for all that wait
 * with it. Requests that arrive during a commit form the next group. This class is thread-safe. The queue has at most one entry for each
 * thread that calls it.
 *
 * @param <T> a request
 */
final class GroupCommit<T> {
    private final int maxWeight;
    private final Consumer<List<T>> commit;
    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<Turn<T>> queue = new ArrayDeque<>();

    /**
     * @param maxWeight the weight at which a group is complete; one request may exceed it
     * @param commit commits a group. If it fails, the whole group fails
     */
    GroupCommit(int maxWeight, Consumer<List<T>> commit) {
        this.maxWeight = maxWeight;
        this.commit = commit;
    }

    private static final class Turn<T> {
        private final T request;
        private final int weight;
        private final Condition changed;
        private boolean done;
        private @Nullable Throwable failure;

        Turn(T request, int weight, Condition changed) {
            this.request = request;
            this.weight = weight;
            this.changed = changed;
        }
    }

    /**
     * Returns after a group with this request was committed.
     *
     * @throws RuntimeException the failure of the commit; nothing of the group is stored
     */
    void run(T request, int weight) {
        Turn<T> own = new Turn<>(request, weight, lock.newCondition());
        List<Turn<T>> group = await(own);
        if (group.isEmpty()) {
            rethrow(own.failure);
            return;
        }
        Throwable failure = null;
        try {
            commit.accept(group.stream().map(turn -> turn.request).toList());
        } catch (RuntimeException | Error e) {
            failure = e;
            throw e;
        } finally {
            complete(group, failure);
        }
    }

    /** Returns the group that this thread must commit; empty if another thread has completed the turn. */
    private List<Turn<T>> await(Turn<T> own) {
        lock.lock();
        try {
            queue.addLast(own);
            while (!own.done && queue.peekFirst() != own) {
                own.changed.awaitUninterruptibly();
            }
            List<Turn<T>> group = new ArrayList<>();
            long weight = 0;
            for (Turn<T> turn : own.done ? List.<Turn<T>>of() : queue) {
                weight += turn.weight;
                if (!group.isEmpty() && weight > maxWeight) {
                    break;
                }
                group.add(turn);
            }
            return group;
        } finally {
            lock.unlock();
        }
    }

    private void complete(List<Turn<T>> group, @Nullable Throwable failure) {
        lock.lock();
        try {
            for (Turn<T> turn : group) {
                queue.removeFirst();
                turn.done = true;
                turn.failure = failure;
                turn.changed.signal();
            }
            Turn<T> next = queue.peekFirst();
            if (next != null) {
                next.changed.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    private static void rethrow(@Nullable Throwable failure) {
        if (failure instanceof RuntimeException exception) {
            throw exception;
        }
        if (failure != null) {
            throw new StoreUnavailable("the transaction of this request failed: " + failure, failure);
        }
    }
}
