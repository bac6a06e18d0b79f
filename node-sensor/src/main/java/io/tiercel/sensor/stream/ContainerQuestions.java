package io.tiercel.sensor.stream;

import io.tiercel.sensor.container.ContainerJson;
import io.tiercel.sensor.container.ContainerMetadata;
import io.tiercel.sensor.container.ContainerOptions;
import io.tiercel.sensor.container.ContainerRecord;
import io.tiercel.sensor.container.ContainerWatch;
import io.tiercel.sensor.state.ContainerListener;
import io.tiercel.sensor.state.NodeState;
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
 * Has a runtime asked about each container once it is found, and makes records of the question, of the answer, of waiting
 * in vain, and of the container's start. Used by the stream's thread.
 */
final class ContainerQuestions implements ContainerListener, AutoCloseable {
    /** Containers whose metadata nobody has needed so far; of more the eldest are not asked for later. */
    private static final int MAX_UNASKED = 4096;

    private final ContainerOptions options;
    private final LongSupplier bootNanos;
    private final Queue<String> changed = new ArrayDeque<>();
    private final Set<String> unasked = new LinkedHashSet<>();

    /** When waiting ends for those asked for: in the order of asking, as all wait equally long. */
    private final Map<String, Long> deadlines = new LinkedHashMap<>();

    /** Containers found while running, whose start is still to be told, with their metadata once it is there. */
    private final Map<String, String> starting = new HashMap<>();

    private @Nullable ContainerWatch watch;
    private boolean needed;
    private boolean running;

    /**
     * Asks nobody yet.
     *
     * @param bootNanos the time now, in nanoseconds since boot
     */
    ContainerQuestions(ContainerOptions options, LongSupplier bootNanos) {
        this.options = options;
        this.bootNanos = bootNanos;
    }

    @Override
    public void found(String id) {
        if (!options.runtimes().isEmpty()) {
            if (running && needed) {
                starting.put(id, "");
            }
            unasked.add(id);
            if (unasked.size() > MAX_UNASKED) {
                unasked.remove(unasked.iterator().next());
            }
        }
    }

    @Override
    public void gone(String id) {
        changed.add(id);
    }

    /** Everything that ran before is known: what is found from now on has started now. */
    void running() {
        running = true;
    }

    /** Whether the answers are needed; those that were not asked for before are then. */
    void need(boolean answers) {
        needed = answers && !options.runtimes().isEmpty();
        if (needed && watch == null) {
            watch = new ContainerWatch(options.runtimes());
        }
    }

    /** Asks for what has been found; to be called after every change of the state, so it does nothing mostly. */
    void ask(Consumer<byte[]> records) {
        if (needed && watch != null && !unasked.isEmpty()) {
            long deadline = System.nanoTime() + options.waitMillis() * 1_000_000L;
            for (String id : unasked) {
                records.accept(ContainerRecord.ASKED.of(id, "", bootNanos.getAsLong(), 0));
                watch.ask(id);
                deadlines.put(id, deadline);
            }
            unasked.clear();
        }
    }

    /** Hands over what has been answered and what is waited for no longer. */
    void answers(NodeState state, Consumer<byte[]> records) {
        if (watch != null) {
            for (ContainerWatch.Outcome outcome = watch.poll(); outcome != null; outcome = watch.poll()) {
                answer(outcome.id(), outcome.metadata(), records);
            }
        }
        giveUp(records);
        start(state, records);
        forget();
    }

    @Override
    public void close() {
        if (watch != null) {
            watch.close();
        }
    }

    private void answer(String id, @Nullable ContainerMetadata metadata, Consumer<byte[]> records) {
        deadlines.remove(id);
        String json = metadata == null ? ContainerJson.unknown(id) : ContainerJson.write(metadata);
        ContainerRecord kind = metadata == null ? ContainerRecord.UNKNOWN : ContainerRecord.KNOWN;
        records.accept(kind.of(id, metadata == null ? "" : json, bootNanos.getAsLong(), 0));
        starting.replace(id, json);
    }

    private void giveUp(Consumer<byte[]> records) {
        long now = System.nanoTime();
        Iterator<Map.Entry<String, Long>> waiting = deadlines.entrySet().iterator();
        while (waiting.hasNext()) {
            Map.Entry<String, Long> eldest = waiting.next();
            if (now - eldest.getValue() < 0) {
                return;
            }
            waiting.remove();
            records.accept(ContainerRecord.LATE.of(eldest.getKey(), "", bootNanos.getAsLong(), 0));
        }
    }

    /** A container has started once its first program runs and the question about it is answered. */
    private void start(NodeState state, Consumer<byte[]> records) {
        starting.entrySet().removeIf(container -> {
            int pid = container.getValue().isEmpty() ? 0 : state.firstProgram(container.getKey());
            if (pid != 0) {
                records.accept(ContainerRecord.STARTED.of(
                        container.getKey(), container.getValue(), bootNanos.getAsLong(), pid));
            }
            return pid != 0;
        });
    }

    private void forget() {
        for (String id = changed.poll(); id != null; id = changed.poll()) {
            unasked.remove(id);
            deadlines.remove(id);
            starting.remove(id);
            if (watch != null) {
                watch.forget(id);
            }
        }
    }
}
