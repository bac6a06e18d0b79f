package io.tiercel.sensor.event;

import io.tiercel.rules.event.Event;
import io.tiercel.sensor.bpf.LossCounters;
import io.tiercel.sensor.bpf.PrefilterTables;
import io.tiercel.sensor.bpf.RecordLayout;
import io.tiercel.sensor.process.NodeIdentity;
import java.util.Collections;
import java.util.SequencedMap;
import java.util.Set;

/**
 * Events of one node in order, live or replayed, with all state joined to them.
 *
 * <p>Used by one thread.
 */
public interface EventStream extends AutoCloseable {
    /** Receives one event; the object is reused for the next. */
    @FunctionalInterface
    interface Handler {
        void event(Event event);
    }

    /** The node that the events come from (of a recording: that it was made on). */
    NodeIdentity node();

    /**
     * Hands over what is there, waiting for at most {@code timeoutMillis} if nothing is.
     *
     * @return number of events handed over
     */
    int poll(Handler handler, int timeoutMillis);

    /**
     * Hands over events of these types from the next poll on, and no others; events of types that were wanted before
     * and still are go on without a gap. A recording has the events that it has: there it does nothing.
     *
     * @param eventTypes names; those that the stream does not know are left out
     * @throws IllegalStateException if the stream is being recorded: a recording is of one choice of types
     */
    void want(Set<String> eventTypes);

    /**
     * Whether events of a container wait, for a limited time, until its runtime has told about it; at first they do not.
     * A stream that knows nothing of containers leaves it at that.
     */
    default void awaitContainers(boolean wait) {}

    /**
     * Hands over everything that has happened until now and what is still held back, since nothing more will be taken
     * from this stream.
     *
     * @return number of events handed over
     */
    default int finish(Handler handler) {
        return 0;
    }

    /**
     * Whether it is to be known what programs that start from now on have as fds 0 to 2. A recording has what it has: there it
     * does nothing.
     */
    default void wantStandardFds(boolean wanted) {}

    /**
     * Lets addresses be known by these host names and no others from some time on: they are resolved beside the stream, again
     * and again. A recording has the names that it has: there it does nothing.
     */
    default void resolve(Set<String> hostNames) {}

    /** Whether the kernel drops events that no rule can match, once it is told {@linkplain #firstPass how}. */
    default boolean hasFirstPass() {
        return false;
    }

    /** Whether it only says which it would drop. */
    default boolean checksFirstPass() {
        return false;
    }

    /**
     * Has events dropped by these tables and no others from now on.
     *
     * @return generation of the events that went through them ({@link PrefilteredEvent#generation}); {@link
     *     RecordLayout#CLAUSES_ALL} if the stream has no first pass
     */
    default int firstPass(PrefilterTables tables) {
        return RecordLayout.CLAUSES_ALL;
    }

    /** Has nothing dropped from now on. */
    default void withoutFirstPass() {}

    /** Events that were dropped since the start because no rule could match them, by type. */
    default SequencedMap<String, Long> dropped() {
        return Collections.emptyNavigableMap();
    }

    /** Whether the stream has ended for good: a recording at its end. */
    boolean ended();

    /** Events that the kernel could not hand over since the start, for whatever reason. */
    default long lostEvents() {
        return losses().events(true);
    }

    /** The same by CPU and reason, with what came but not whole. */
    LossCounters losses();

    /** How much is kept, by what it is, such as {@code processes}: always the same few names, in a fixed order. */
    SequencedMap<String, Long> stateSizes();

    /** Releases everything held in the kernel. Does nothing the second time. */
    @Override
    void close();
}
