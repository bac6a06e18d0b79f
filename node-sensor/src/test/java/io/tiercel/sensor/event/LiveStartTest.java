package io.tiercel.sensor.event;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tiercel.rules.field.Field;
import io.tiercel.rules.field.FieldRef;
import io.tiercel.sensor.bpf.BackgroundProgramLoader;
import io.tiercel.sensor.bpf.PrefilterMode;
import io.tiercel.sensor.bpf.load.ArgumentSource;
import io.tiercel.sensor.bpf.load.CaptureSizes;
import java.nio.file.Path;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The start of the capture. Needs root. */
@Tag("live")
class LiveStartTest {
    @TempDir
    Path folder;

    private static final FieldRef NAME = new FieldRef(Field.FD_NAME, -1, null, 0);

    private boolean seen;

    /** The programs for io_uring are the last ones, and the sensor does not wait for them. */
    @Test
    void deliversEventsAndThenCompletes() {
        LiveEvents.assumeCapture();
        try (BackgroundProgramLoader program =
                        EventStreams.load(PrefilterMode.OFF, CaptureSizes.forThisMachine(), ArgumentSource.HOOKS);
                EventStream stream = EventStreams.begin(LiveOptions.defaults(), program)) {
            Path missing = folder.resolve("missing");
            LiveEvents.run(folder, "cat", missing.toString());
            stream.poll(event -> seen |= missing.toString().equals(event.text(NAME)), 10);
            assertFalse(seen || stream.isComplete(), "events before they begin");
            stream.beginEvents();
            Awaitility.await().until(() -> {
                LiveEvents.run(folder, "cat", missing.toString());
                stream.poll(event -> seen |= missing.toString().equals(event.text(NAME)), 10);
                return seen;
            });
            Awaitility.await().until(() -> {
                stream.poll(_ -> {}, 10);
                return stream.isComplete();
            });
            assumeTrue(
                    stream.captureVariant() != null && stream.captureVariant().ioUring(), "no io_uring");
            assertTrue(stream.captureVariant().rejected().isEmpty());
        }
    }

    /** Two programs at the same time would need twice the memory in the kernel, but an early one need not have the right options. */
    @Test
    void earlyCaptureIsUsedForItsOptionsOnly() {
        LiveEvents.assumeCapture();
        CaptureSizes sizes = CaptureSizes.forThisMachine();
        try (EarlyCapture early = EarlyCapture.begin();
                BackgroundProgramLoader loader = early.take(PrefilterMode.VERIFY, sizes, ArgumentSource.HOOKS);
                EventStream stream = EventStreams.begin(LiveOptions.defaults(), loader)) {
            assertTrue(stream.hasPrefilter());
        }
        try (EarlyCapture early = EarlyCapture.begin();
                BackgroundProgramLoader loader = early.take(PrefilterMode.OFF, sizes, ArgumentSource.HOOKS);
                EventStream stream = EventStreams.begin(LiveOptions.defaults(), loader)) {
            assertFalse(stream.hasPrefilter());
        }
    }
}
