package io.tiercel.sensor.stream;

import io.tiercel.rules.event.EventTypes;
import io.tiercel.rules.field.Field;
import io.tiercel.sensor.bpf.BackgroundProgramLoader;
import io.tiercel.sensor.bpf.CaptureException;
import io.tiercel.sensor.bpf.CaptureProgram;
import io.tiercel.sensor.bpf.PrefilterMode;
import io.tiercel.sensor.bpf.RingBufferSize;
import io.tiercel.sensor.bpf.Syscalls;
import io.tiercel.sensor.event.EventStream;
import io.tiercel.sensor.state.FieldGroup;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;

/** Opens streams of events. */
public final class EventStreams {
    /** Calls that programs make so often that they are only captured if asked for by name. */
    private static final Set<String> BUSY = Set.of(
            ("access brk close close_range copy_file_range epoll_wait fcntl flock fstat futex getcwd getdents getdents64 "
                            + "getegid geteuid getgid getresgid getresuid getrlimit getuid io_uring_enter ioctl llseek lseek lstat "
                            + "mmap mmap2 mprotect munmap nanosleep newfstatat poll ppoll pread preadv pwrite pwritev read readv "
                            + "select semop sendfile splice stat write writev")
                    .split(" "));

    private EventStreams() {}

    /**
     * Loads the capture program and starts to capture.
     *
     * @throws CaptureException if this machine does not let it; the message is one line that says why
     */
    public static EventStream live(LiveOptions options) {
        try (BackgroundProgramLoader program = ahead(options.firstPass(), RingBufferSize.here())) {
            return live(options, program);
        }
    }

    /**
     * Begins to load the capture program, for options with this first pass of which the rest need not be known yet.
     *
     * @param ringSize bytes of the ring buffer, a {@linkplain RingBufferSize power of two}
     */
    public static BackgroundProgramLoader ahead(PrefilterMode firstPass, int ringSize) {
        int own = (int) ProcessHandle.current().pid();
        return BackgroundProgramLoader.begin(() -> new CaptureProgram(own, firstPass != PrefilterMode.OFF, ringSize));
    }

    /**
     * Starts to capture with a program that has been begun, or waits for it.
     *
     * @throws CaptureException if this machine does not let it; the message is one line that says why
     */
    public static EventStream live(LiveOptions options, BackgroundProgramLoader program) {
        Set<String> types = options.eventTypes().isEmpty() ? usual() : options.eventTypes();
        return new LiveEventStream(options, types, program);
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
        names.add("container");
        return names;
    }

    /** Those of them that are captured where nobody chooses: all that rules are commonly about. */
    private static Set<String> usual() {
        Set<String> names = eventTypes();
        names.removeIf(name -> BUSY.contains(name) || EventTypes.generic(EventTypes.code(name)));
        return names;
    }

    /** The fields that the events of both kinds of stream can have a value for. */
    public static Set<Field> supplied() {
        return FieldGroup.supplied();
    }
}
