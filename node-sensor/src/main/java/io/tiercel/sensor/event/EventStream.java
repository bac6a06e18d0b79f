package io.tiercel.sensor.event;

import io.tiercel.rules.event.Event;
import io.tiercel.sensor.bpf.CaptureVariant;
import io.tiercel.sensor.bpf.LossCounters;
import io.tiercel.sensor.bpf.PrefilterTables;
import io.tiercel.sensor.bpf.hooks.SyscallHookFailures;
import io.tiercel.sensor.bpf.record.RecordLayout;
import io.tiercel.sensor.container.ContainerQueryStatus;
import io.tiercel.sensor.process.LookupFailures;
import io.tiercel.sensor.process.NodeIdentity;
import io.tiercel.sensor.process.StateMemory;
import java.util.Collections;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The events of one node in order, live or replayed, enriched with state. One thread uses a stream.
 *
 * <p>A recording contains what was captured. Methods that select what to capture have no effect on it.
 */
public interface EventStream extends AutoCloseable {
    /** Receives one event. The object is reused for the next event. */
    @FunctionalInterface
    interface Handler {
        void event(Event event);
    }

    /** Returns the node that the events come from. */
    NodeIdentity node();

    /**
     * Delivers available events, and waits for at most {@code timeoutMillis} if there are none.
     *
     * @return the number of events delivered
     */
    int poll(Handler handler, int timeoutMillis);

    /** Begins to capture the types that the stream was opened for. Before, only the calls that change state are captured. */
    default void beginEvents() {}

    /**
     * Returns true if the capture is complete and events have {@linkplain #beginEvents begun}. The kernel may still verify the programs for io_uring while other events are already
     * delivered. {@link #poll} attaches these programs.
     */
    default boolean isComplete() {
        return true;
    }

    /**
     * Selects the event types to deliver from the next poll on. Events of types that stay selected continue without a gap.
     *
     * @param eventTypes names of event types; names that the stream does not know are ignored
     * @throws IllegalStateException if the stream is being recorded, because a recording has one selection of types
     */
    void selectEventTypes(Set<String> eventTypes);

    /** Sets whether events of a container wait, for a limited time, for the container's metadata. Off by default. */
    default void waitForContainerMetadata(boolean wait) {}

    /**
     * Delivers all events until now, including those that wait for metadata. No more events are read afterwards.
     *
     * @return the number of events delivered
     */
    default int finish(Handler handler) {
        return 0;
    }

    /** Sets whether fds 0 to 2 are captured of programs that start from now on. */
    default void captureStandardFds(boolean enabled) {}

    /** Sets the host names that are resolved in the background, repeatedly, so that rules can compare addresses with them. */
    default void resolveHostNames(Set<String> hostNames) {}

    /**
     * Sets the files that rules name, so that an open of them by another name also has this name. A name that ends with a slash
     * stands for the files of a directory.
     */
    default void recognizeFiles(Set<String> names) {}

    /** Returns true if the kernel can drop events that no rule can match. */
    default boolean hasPrefilter() {
        return false;
    }

    /** Returns true if the prefilter only decides and drops nothing. */
    default boolean verifiesPrefilter() {
        return false;
    }

    /**
     * Replaces the tables of the prefilter.
     *
     * @param remaining returns the disjuncts that the program and the ancestors of an event's process leave. Called on the
     *     event thread.
     * @return the generation of the events that are checked against them ({@link PrefilteredEvent#generation}); {@link
     *     RecordLayout#GENERATION_NONE} if the stream has no prefilter
     */
    default int installPrefilter(PrefilterTables tables, ToLongFunction<Event> remaining) {
        return RecordLayout.GENERATION_NONE;
    }

    /** Tells that no rule matched the event that is being delivered, so that the kernel can drop others like it. */
    default void noRuleMatched(Event event) {}

    /** Returns how often the kernel was told what rules out the events of a process, since the start. */
    default long processMasks() {
        return 0;
    }

    /** Deactivates the prefilter. */
    default void removePrefilter() {}

    /** Returns the events that the prefilter dropped since the start, by type. */
    default SequencedMap<String, Long> filteredEvents() {
        return Collections.emptyNavigableMap();
    }

    /** Returns the variant of the capture program; null for a recording. */
    default @Nullable CaptureVariant captureVariant() {
        return null;
    }

    /** Returns how much of a recording has been read, in bytes; 0 for live events. */
    default long bytesRead() {
        return 0;
    }

    /** Returns true if the stream has ended: a recording at its end. */
    boolean ended();

    /** Returns the number of events that the kernel lost since the start. */
    default long lostEvents() {
        return losses().lostEvents();
    }

    /** Returns the lost and the incomplete events by CPU and reason. */
    LossCounters losses();

    /** Returns the processes that lost events since the last call. Their number is bounded; others lost events too. */
    default List<LossOrigin> takeLossOrigins() {
        return List.of();
    }

    /** Returns how often hooks on syscalls were turned off since the start. */
    default SyscallHookFailures hookFailures() {
        return SyscallHookFailures.NONE;
    }

    /** Returns what could not be read of processes and containers since the start. */
    default LookupFailures lookupFailures() {
        return LookupFailures.NONE;
    }

    /** Returns the state of the queries to container runtimes. */
    default ContainerQueryStatus containerQueries() {
        return ContainerQueryStatus.NONE;
    }

    /** Returns the sizes of the state by kind, such as {@code processes}: the same kinds each time, in a fixed order. */
    SequencedMap<String, Long> stateSizes();

    /** Returns the memory of the node state, and what was dropped. */
    StateMemory stateMemory();

    /** Releases all kernel resources. Has no effect the second time. */
    @Override
    void close();
}
