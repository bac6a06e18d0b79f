package io.tiercel.sensor.event;

import io.tiercel.sensor.container.ContainerInfo;
import io.tiercel.sensor.container.ContainerInfoFetcher;
import io.tiercel.sensor.container.ContainerJson;
import io.tiercel.sensor.container.ContainerListener;
import io.tiercel.sensor.container.ContainerOptions;
import io.tiercel.sensor.container.ContainerQueryStatus;
import io.tiercel.sensor.container.ContainerRecord;
import io.tiercel.sensor.process.NodeState;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Requests the metadata of each container once, and emits records for the request, the result, the timeout and the start of
 * the container. Used by the event thread.
 */
final class ContainerInfoRequests implements ContainerListener, AutoCloseable {
    /** The maximum number of containers whose metadata no rule has needed yet. The oldest is dropped. */
    private static final int MAX_UNREQUESTED = 4096;

    private final ContainerOptions options;
    private final LongSupplier bootNanos;
    private final Queue<String> removed = new ArrayDeque<>();
    private final Set<String> unrequested = new LinkedHashSet<>();

    /** Timeouts by container, in ascending order, because all requests have the same timeout. */
    private final Map<String, Long> deadlines = new LinkedHashMap<>();

    /** New containers without a start event, with their metadata once it is available. */
    private final Map<String, String> starting = new HashMap<>();

    private @Nullable ContainerInfoFetcher fetcher;
    private boolean needed;
    private boolean capturing;

    /**
     * Creates an object that requests nothing until {@link #setNeeded}.
     *
     * @param bootNanos the current time in nanoseconds since boot
     */
    ContainerInfoRequests(ContainerOptions options, LongSupplier bootNanos) {
        this.options = options;
        this.bootNanos = bootNanos;
    }

    @Override
    public void containerFound(String fullId) {
        if (!options.runtimes().isEmpty()) {
            if (capturing && needed) {
                starting.put(fullId, "");
            }
            unrequested.add(fullId);
            if (unrequested.size() > MAX_UNREQUESTED) {
                unrequested.remove(unrequested.iterator().next());
            }
        }
    }

    @Override
    public void containerRemoved(String fullId) {
        removed.add(fullId);
    }

    /** Marks the end of the initial scan: containers that are found later have just started. */
    void initialScanDone() {
        capturing = true;
    }

    /** Sets whether metadata is needed. If so, {@link #request} also covers the containers that were found before. */
    void setNeeded(boolean metadataNeeded) {
        needed = metadataNeeded && !options.runtimes().isEmpty();
        if (needed && fetcher == null) {
            fetcher = new ContainerInfoFetcher(options.runtimes());
        }
    }

    /** Requests the metadata of new containers. Call it after every state change. */
    void request(Consumer<byte[]> records) {
        if (needed && fetcher != null && !unrequested.isEmpty()) {
            long deadline = System.nanoTime() + options.waitMillis() * 1_000_000L;
            for (String id : unrequested) {
                records.accept(ContainerRecord.INFO_REQUESTED.toRecord(id, "", bootNanos.getAsLong(), 0));
                fetcher.request(id);
                deadlines.put(id, deadline);
            }
            unrequested.clear();
        }
    }

    /** Emits records for results, timeouts and container starts. */
    void deliver(NodeState state, Consumer<byte[]> records) {
        if (fetcher != null) {
            for (ContainerInfoFetcher.Result result = fetcher.poll(); result != null; result = fetcher.poll()) {
                deliverResult(result.id(), result.info(), records);
            }
        }
        deliverTimeouts(records);
        deliverStarts(state, records);
        forgetRemoved();
    }

    /** Returns the state of the queries to runtimes. */
    ContainerQueryStatus status() {
        return fetcher == null ? ContainerQueryStatus.NONE : fetcher.status();
    }

    @Override
    public void close() {
        if (fetcher != null) {
            fetcher.close();
        }
    }

    private void deliverResult(String id, @Nullable ContainerInfo info, Consumer<byte[]> records) {
        deadlines.remove(id);
        String json = info == null ? ContainerJson.unknown(id) : ContainerJson.write(info);
        ContainerRecord kind = info == null ? ContainerRecord.INFO_NOT_FOUND : ContainerRecord.INFO_RECEIVED;
        records.accept(kind.toRecord(id, info == null ? "" : json, bootNanos.getAsLong(), 0));
        starting.replace(id, json);
    }

    private void deliverTimeouts(Consumer<byte[]> records) {
        long now = System.nanoTime();
        Iterator<Map.Entry<String, Long>> iterator = deadlines.entrySet().iterator();
        while (iterator.hasNext()) {
            Map.Entry<String, Long> oldest = iterator.next();
            if (now - oldest.getValue() < 0) {
                return;
            }
            iterator.remove();
            records.accept(ContainerRecord.INFO_TIMED_OUT.toRecord(oldest.getKey(), "", bootNanos.getAsLong(), 0));
        }
    }

    /** Emits a start for each container whose first program runs and whose request has a result. */
    private void deliverStarts(NodeState state, Consumer<byte[]> records) {
        starting.entrySet().removeIf(container -> {
            int pid = container.getValue().isEmpty() ? 0 : state.firstProgramPid(container.getKey());
            if (pid != 0) {
                records.accept(ContainerRecord.STARTED.toRecord(
                        container.getKey(), container.getValue(), bootNanos.getAsLong(), pid));
            }
            return pid != 0;
        });
    }

    private void forgetRemoved() {
        for (String id = removed.poll(); id != null; id = removed.poll()) {
            unrequested.remove(id);
            deadlines.remove(id);
            starting.remove(id);
            if (fetcher != null) {
                fetcher.cancel(id);
            }
        }
    }
}
