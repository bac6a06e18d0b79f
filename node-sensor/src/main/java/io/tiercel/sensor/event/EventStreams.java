package io.tiercel.sensor.event;

import io.tiercel.rules.event.EventTypes;
import io.tiercel.rules.field.Field;
import io.tiercel.sensor.bpf.BackgroundProgramLoader;
import io.tiercel.sensor.bpf.CaptureProgram;
import io.tiercel.sensor.bpf.PrefilterMode;
import io.tiercel.sensor.bpf.host.CaptureException;
import io.tiercel.sensor.bpf.load.ArgumentSource;
import io.tiercel.sensor.bpf.load.CaptureSizes;
import io.tiercel.sensor.bpf.record.SyscallTable;
import io.tiercel.sensor.fields.FieldGroup;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;

/** Opens event streams. */
public final class EventStreams {
    /** Hot system calls. They are captured only if a rule or an option names them. */
    private static final Set<String> HOT_SYSCALLS = Set.of(
            ("access brk close close_range copy_file_range epoll_wait fcntl flock fstat futex getcwd getdents getdents64 "
                            + "getegid geteuid getgid getresgid getresuid getrlimit getuid io_uring_enter ioctl llseek lseek lstat "
                            + "mmap mmap2 mprotect munmap nanosleep newfstatat poll ppoll pread preadv pwrite pwritev read readv "
                            + "select semop sendfile splice stat write writev")
                    .split(" "));

    private EventStreams() {}

    /**
     * Loads the capture program and starts the capture.
     *
     * @throws CaptureException if the machine does not support the capture; the message is one line
     */
    public static EventStream live(LiveOptions options) {
        try (BackgroundProgramLoader program =
                load(options.prefilterMode(), CaptureSizes.forThisMachine(), ArgumentSource.HOOKS)) {
            return live(options, program);
        }
    }

    /**
     * Starts to load the capture program in the background, before all options are known.
     *
     * @param sizes the sizes of the program's memory
     * @param bestSource the best source of arguments to use
     */
    public static BackgroundProgramLoader load(
            PrefilterMode prefilterMode, CaptureSizes sizes, ArgumentSource bestSource) {
        int sensorPid = OwnPid.onHost();
        return BackgroundProgramLoader.begin(
                () -> new CaptureProgram(sensorPid, prefilterMode != PrefilterMode.OFF, sizes, bestSource));
    }

    /**
     * Waits until the capture program is loaded and starts the capture, with all its programs.
     *
     * @throws CaptureException if the machine does not support the capture; the message is one line
     */
    public static EventStream live(LiveOptions options, BackgroundProgramLoader program) {
        LiveEventStream stream = beginLive(options, program);
        try {
            stream.awaitComplete();
        } catch (RuntimeException | Error e) {
            stream.close();
            throw e;
        }
        return stream;
    }

    /**
     * Waits until the capture program is loaded and starts the capture, which need not be {@linkplain EventStream#isComplete
     * complete} yet.
     *
     * @throws CaptureException if the machine does not support the capture; the message is one line
     */
    public static EventStream begin(LiveOptions options, BackgroundProgramLoader program) {
        return beginLive(options, program);
    }

    private static LiveEventStream beginLive(LiveOptions options, BackgroundProgramLoader program) {
        Set<String> types = options.eventTypes().isEmpty() ? defaultEventTypes() : options.eventTypes();
        return new LiveEventStream(options, types, program);
    }

    /**
     * Opens a recording. If a later part of the file is damaged, {@link EventStream#poll} fails after it delivered all
     * events before that part.
     *
     * @throws CaptureException if the file cannot be read or is not a recording
     */
    public static EventStream replay(Path file) {
        return new ReplayEventStream(file);
    }

    /** Returns the names of all event types that the sensor can capture. */
    public static Set<String> eventTypes() {
        Set<String> names = new TreeSet<>(SyscallTable.eventTypes());
        names.add("procexit");
        names.add("container");
        return names;
    }

    private static Set<String> defaultEventTypes() {
        Set<String> names = eventTypes();
        names.removeIf(name -> HOT_SYSCALLS.contains(name) || EventTypes.generic(EventTypes.code(name)));
        return names;
    }

    /** Returns the fields that events can have a value for. */
    public static Set<Field> supportedFields() {
        return FieldGroup.supportedFields();
    }
}
