package io.tiercel.sensor.event;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tiercel.rules.event.Event;
import io.tiercel.rules.field.FieldRef;
import io.tiercel.sensor.bpf.PreconditionResult;
import io.tiercel.sensor.bpf.Preconditions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.awaitility.Awaitility;

/** A live stream, and the events of ours that it has delivered so far. */
final class LiveEvents implements AutoCloseable {
    private static final FieldRef MARK = Snapshot.ref("proc.env[TIERCEL_TEST]");

    final EventStream stream;
    final List<Snapshot> seen = new ArrayList<>();

    /** Opens a stream, or skips the test where this machine cannot. */
    LiveEvents(LiveOptions options) {
        assumeCapture();
        stream = EventStreams.live(options);
    }

    static void assumeCapture() {
        for (PreconditionResult check : Preconditions.check()) {
            assumeTrue(check.passed(), () -> check.name() + ": " + check.detail() + "; " + check.remedy());
        }
    }

    /** Runs a program to its end in a directory, with {@code TIERCEL_TEST=yes} in its environment. */
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

    /** Whether a process that {@link #run} has started did it: others on this machine may do the same meanwhile. */
    static boolean ours(Snapshot s) {
        return !s.is("proc.env[TIERCEL_TEST]", "") && !s.is("proc.env[TIERCEL_TEST]", "(absent)");
    }

    /** The first event of ours, past or to come, that fits. */
    Snapshot await(Predicate<Snapshot> wanted) {
        return Awaitility.await()
                .pollInSameThread()
                .until(
                        () -> {
                            poll();
                            return seen.stream().filter(wanted).findFirst();
                        },
                        java.util.Optional::isPresent)
                .orElseThrow();
    }

    /** The first event of a type with a value in a field. */
    Snapshot await(String type, String field, String value) {
        return await(s -> s.is("evt.type", type) && s.is(field, value));
    }

    /** Takes what is there. */
    void poll() {
        stream.poll(this::take, 20);
    }

    /** Asks for the mark alone first: a whole snapshot of every event on the machine would take too long. */
    private void take(Event event) {
        String mark = event.text(MARK);
        if (mark != null && !mark.isEmpty()) {
            seen.add(Snapshot.of(event));
        }
    }

    @Override
    public void close() {
        stream.close();
    }
}
