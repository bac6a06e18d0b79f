package io.tiercel.sensor.stream;

import io.tiercel.rules.field.Field;
import io.tiercel.sensor.capture.CaptureException;
import io.tiercel.sensor.capture.EventStream;
import java.nio.file.Path;
import java.util.Set;

/** Opens streams of events. */
public final class EventStreams {
    private EventStreams() {}

    /**
     * Loads the capture program and starts to capture.
     *
     * @throws CaptureException if this machine does not let it; the message is one line that says why
     */
    public static EventStream live(LiveOptions options) {
        throw new CaptureException("capture is not built yet");
    }

    /**
     * Opens a recording.
     *
     * @throws CaptureException if the file cannot be read or is no recording; a fault further inside is thrown by
     *     {@link EventStream#poll} once everything before it has been delivered
     */
    public static EventStream replay(Path file) {
        throw new CaptureException("replay is not built yet");
    }

    /** The fields that the events of both kinds of stream can have a value for. */
    public static Set<Field> supplied() {
        return Set.of();
    }
}
