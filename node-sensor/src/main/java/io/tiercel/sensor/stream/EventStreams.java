package io.tiercel.sensor.stream;

import io.tiercel.rules.field.Field;
import io.tiercel.sensor.capture.CaptureException;
import io.tiercel.sensor.capture.EventStream;
import io.tiercel.sensor.capture.Syscalls;
import io.tiercel.sensor.state.FieldGroup;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;

/** Opens streams of events. */
public final class EventStreams {
    /** What programs do all the time: only captured where somebody names it. */
    private static final Set<String> FREQUENT = Set.of(
            "read",
            "write",
            "readv",
            "writev",
            "pread",
            "pwrite",
            "preadv",
            "pwritev",
            "sendfile",
            "splice",
            "copy_file_range",
            "close",
            "fstat",
            "lseek",
            "ioctl",
            "fcntl",
            "getdents",
            "getdents64",
            "flock");

    private EventStreams() {}

    /**
     * Loads the capture program and starts to capture.
     *
     * @throws CaptureException if this machine does not let it; the message is one line that says why
     */
    public static EventStream live(LiveOptions options) {
        Set<String> types = options.eventTypes();
        if (types.isEmpty()) {
            types = eventTypes();
            types.removeAll(FREQUENT);
        }
        return new LiveEventStream(options, types);
    }

    /**
     * Opens a recording.
     *
     * @throws CaptureException if the file cannot be read or is no recording; a fault further inside is thrown by
     *     {@link EventStream#poll} once everything before it has been delivered
     */
    public static EventStream replay(Path file) {
        return new ReplayEventStream(file);
    }

    /** Names of the event types that live capture knows. */
    public static Set<String> eventTypes() {
        Set<String> names = new TreeSet<>(Syscalls.names());
        names.add("procexit");
        return names;
    }

    /** The fields that the events of both kinds of stream can have a value for. */
    public static Set<Field> supplied() {
        return FieldGroup.supplied();
    }
}
