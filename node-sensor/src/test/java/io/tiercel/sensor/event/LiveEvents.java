package io.tiercel.sensor.event;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tiercel.rules.event.Event;
import io.tiercel.rules.field.FieldRef;
import io.tiercel.sensor.bpf.BackgroundProgramLoader;
import io.tiercel.sensor.bpf.PreconditionResult;
import io.tiercel.sensor.bpf.Preconditions;
import io.tiercel.sensor.bpf.load.ArgumentSource;
import io.tiercel.sensor.bpf.load.CaptureSizes;
import io.tiercel.sensor.bpf.load.RingBufferSize;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.awaitility.Awaitility;

/** A live stream and the delivered events of processes that the test started. */
final class LiveEvents implements AutoCloseable {
    /** Holds what other programs on the machine do before a test reads the ring buffer. */
    static final int LARGE_RING = RingBufferSize.forCpus(32);

    private static final FieldRef MARKER = EventSnapshot.ref("proc.env[TIERCEL_TEST]");

    final EventStream stream;
    final List<EventSnapshot> seen = new ArrayList<>();

    /** Opens a stream. Skips the test if the machine does not support the capture. */
    LiveEvents(LiveOptions options) {
        this(options, LARGE_RING);
    }

    /** Opens a stream with a ring buffer of the given size in bytes. */
    LiveEvents(LiveOptions options, int ringSize) {
        assumeCapture();
        stream = open(options, ringSize);
    }

    /** Opens a stream with a ring buffer of the given size in bytes. */
    static EventStream open(LiveOptions options, int ringSize) {
        try (BackgroundProgramLoader program =
                EventStreams.load(options.prefilterMode(), CaptureSizes.withRing(ringSize), ArgumentSource.HOOKS)) {
            return EventStreams.live(options, program);
        }
    }

    static void assumeCapture() {
        for (PreconditionResult check : Preconditions.check()) {
            assumeTrue(check.passed(), () -> check.name() + ": " + check.detail() + "; " + check.remedy());
        }
    }

    /** Runs a program in a directory with {@code TIERCEL_TEST=yes} in its environment. Returns its exit status. */
    static int run(Path directory, String... command) {
        try {
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD);
            builder.environment().put("TIERCEL_TEST", "yes");
            return builder.start().waitFor();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns true if a process that {@link #run} started caused the event, and not another one on this machine. */
    static boolean isOurs(EventSnapshot s) {
        return !s.is("proc.env[TIERCEL_TEST]", "") && !s.is("proc.env[TIERCEL_TEST]", "(absent)");
    }

    /** Waits for the first event that matches. Includes events that were delivered before. */
    EventSnapshot await(Predicate<EventSnapshot> condition) {
        return Awaitility.await()
                .pollInSameThread()
                .until(
                        () -> {
                            poll();
                            return seen.stream().filter(condition).findFirst();
                        },
                        java.util.Optional::isPresent)
                .orElseThrow();
    }

    /** Waits for the first event of a type with a field value. */
    EventSnapshot await(String type, String field, String value) {
        return await(s -> s.is("evt.type", type) && s.is(field, value));
    }

    /** Collects pending events. */
    void poll() {
        stream.poll(this::collect, 20);
    }

    /** Checks the marker variable first, because a snapshot of every event on the machine would take too long. */
    private void collect(Event event) {
        String marker = event.text(MARKER);
        if (marker != null && !marker.isEmpty()) {
            seen.add(EventSnapshot.of(event));
        }
    }

    @Override
    public void close() {
        stream.close();
    }
}
