package io.tiercel.sensor.fields;

import static io.tiercel.sensor.bpf.record.RecordLayout.*;
import static io.tiercel.sensor.bpf.record.SyscallNumbers.SYS_CREAT;
import static io.tiercel.sensor.bpf.record.SyscallNumbers.SYS_MOUNT;
import static io.tiercel.sensor.bpf.record.SyscallNumbers.SYS_OPEN_BY_HANDLE_AT;
import static io.tiercel.sensor.bpf.record.SyscallNumbers.SYS_SYMLINK;
import static io.tiercel.sensor.bpf.record.SyscallNumbers.SYS_SYMLINKAT;

import io.tiercel.rules.event.EventParameter;
import io.tiercel.rules.event.EventTypes;
import io.tiercel.rules.field.FieldRef;
import io.tiercel.sensor.bpf.record.RecordView;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Values of the {@code evt.}, {@code syscall.} and {@code fs.} fields. */
final class EventFields {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss.nnnnnnnnn");
    private static final DateTimeFormatter TIME_S = DateTimeFormatter.ofPattern("HH:mm:ss");
    private static final DateTimeFormatter DATETIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.nnnnnnnnn");
    private static final DateTimeFormatter DATETIME_S = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");
    private static final DateTimeFormatter ISO = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.nnnnnnnnnxx");

    private static final long SECOND = 1_000_000_000L;
    private static final int O_CREAT = 0100;
    private static final int O_TMPFILE = 020200000;

    /** Access bits in the encoding of {@link FlagNames#encodeOpen}. */
    private static final int READ = 1;

    private static final int WRITE = 2;

    private final RecordView r;
    private final EventParameters parameters;
    private final EventPaths paths;
    private final FdFields fd;
    private final EventContext context;
    private final ZoneId zone = ZoneId.systemDefault();

    EventFields(RecordView r, EventParameters parameters, EventPaths paths, FdFields fd, EventContext context) {
        this.r = r;
        this.parameters = parameters;
        this.paths = paths;
        this.fd = fd;
        this.context = context;
    }

    /** Returns the text; null if the field is absent. */
    @Nullable
    String text(FieldRef ref) {
        return switch (ref.field()) {
            case EVT_TYPE -> EventTypes.name(context.type());
            case SYSCALL_TYPE -> hasResult() ? EventTypes.name(context.type()) : null;
            case EVT_ASYNCTYPE -> isAsync() ? EventTypes.name(context.type()) : null;
            case EVT_SOURCE -> "syscall";
            case EVT_HOSTNAME -> context.hostname();
            case EVT_CATEGORY -> category();
            case EVT_DIR -> "<";
            case EVT_LATENCY_HUMAN -> "0ns";
            case EVT_RES -> result();
            case EVT_ARGS, EVT_INFO -> parameters.all();
            case EVT_ARG -> argument(ref);
            case EVT_RAWARG -> rawText(ref);
            case EVT_BUFFER -> parameters.rawString("data");
            case EVT_IO_DIR -> IoDirection.isRead(r) ? "read" : IoDirection.isWrite(r) ? "write" : null;
            case EVT_ABSPATH -> absolutePath(ref.key());
            case EVT_TIME -> local(TIME);
            case EVT_TIME_S -> local(TIME_S);
            case EVT_DATETIME -> local(DATETIME);
            case EVT_DATETIME_S -> local(DATETIME_S);
            case EVT_TIME_ISO8601 -> ISO.format(instant().atOffset(ZoneOffset.UTC));
            case FS_PATH_NAME -> hasSinglePath() ? paths.cleaned(0) : null;
            case FS_PATH_NAMERAW -> hasSinglePath() ? paths.raw(0) : null;
            case FS_PATH_SOURCE -> source(false);
            case FS_PATH_SOURCERAW -> source(true);
            case FS_PATH_TARGET -> target(false);
            case FS_PATH_TARGETRAW -> target(true);
            default -> null;
        };
    }

    /** Returns the number; {@link FieldValues#ABSENT} if the field is absent. */
    long number(FieldRef ref) {
        return switch (ref.field()) {
            case EVT_NUM -> context.number();
            case EVT_COUNT -> 1;
            case EVT_RAWRES -> hasResult() ? r.result() : FieldValues.ABSENT;
            case EVT_FAILED -> hasResult() ? flag(r.result() < 0) : FieldValues.ABSENT;
            case EVT_RAWTIME -> context.timeNanos();
            case EVT_RAWTIME_S -> context.timeNanos() / SECOND;
            case EVT_RAWTIME_NS -> context.timeNanos() % SECOND;
            case EVT_RELTIME -> context.sinceFirstNanos();
            case EVT_RELTIME_S -> context.sinceFirstNanos() / SECOND;
            case EVT_RELTIME_NS -> context.sinceFirstNanos() % SECOND;
            case EVT_DELTATIME -> context.sincePreviousNanos();
            case EVT_DELTATIME_S -> context.sincePreviousNanos() / SECOND;
            case EVT_DELTATIME_NS -> context.sincePreviousNanos() % SECOND;
            case EVT_IS_OPEN_READ -> flag(hasAccess(READ));
            case EVT_IS_OPEN_WRITE -> flag(hasAccess(WRITE));
            case EVT_IS_OPEN_EXEC -> flag(createsExecutable());
            case EVT_IS_OPEN_CREATE -> flag(isCreated());
            case FS_PATH_TRUNCATED ->
                hasSinglePath() || source(false) != null ? flag(r.hasTruncatedName()) : FieldValues.ABSENT;
            case EVT_ARGS_CHANGED -> flag(r.argumentsChanged());
            case EVT_FILE_REPLACED -> flag(r.fileReplaced());
            case EVT_IS_ASYNC -> flag(isAsync());
            case EVT_IS_IO -> flag(IoDirection.isRead(r) || IoDirection.isWrite(r));
            case EVT_IS_IO_READ -> flag(IoDirection.isRead(r));
            case EVT_IS_IO_WRITE -> flag(IoDirection.isWrite(r));
            case EVT_IS_SYSLOG -> flag(IoDirection.isWrite(r) && fd.name().contains("/dev/log"));
            case EVT_BUFLEN -> IoDirection.isRead(r) || IoDirection.isWrite(r) ? r.result() : FieldValues.ABSENT;
            case EVT_IS_WAIT -> 0;
            case EVT_LATENCY, EVT_LATENCY_S, EVT_LATENCY_NS, EVT_WAIT_LATENCY -> 0;
            case EVT_TYPE_IS -> flag(EventTypes.name(context.type()).equals(ref.key()));
            case EVT_RAWARG -> parameters.number(Objects.requireNonNullElse(ref.key(), ""));
            default -> FieldValues.ABSENT;
        };
    }

    private boolean hasResult() {
        return parameters.hasResult();
    }

    /** Returns true if the sensor generated the event, as Falco's async events. */
    private boolean isAsync() {
        return r.kind() == RECORD_CONTAINER;
    }

    private @Nullable String result() {
        if (!hasResult()) {
            return null;
        }
        return r.result() >= 0 ? "SUCCESS" : FlagNames.errorName(-r.result());
    }

    private @Nullable String argument(FieldRef ref) {
        EventParameter parameter = ref.key() == null ? parameters.at(ref.index()) : parameters.named(ref.key());
        return parameter == null ? null : parameters.text(parameter);
    }

    private @Nullable String rawText(FieldRef ref) {
        EventParameter parameter = ref.key() == null ? null : parameters.named(ref.key());
        return parameter == null ? null : parameters.rawString(parameter.name());
    }

    private @Nullable String absolutePath(@Nullable String side) {
        return switch (EventTypes.name(context.type())) {
            case "renameat", "renameat2", "linkat" ->
                side == null
                        ? null
                        : side.equals("src") ? paths.cleaned(0) : side.equals("dst") ? paths.cleaned(1) : null;
            case "openat", "openat2", "unlinkat", "mkdirat", "symlinkat", "fchmodat", "fchownat" ->
                side == null ? paths.cleaned(0) : null;
            case "open_by_handle_at" -> side == null && r.result() >= 0 ? r.name(0) : null;
            default -> null;
        };
    }

    private boolean hasSinglePath() {
        boolean singlePath = switch (r.kind()) {
            case RECORD_OPEN -> r.syscall() != SYS_OPEN_BY_HANDLE_AT;
            case RECORD_PATH -> true;
            case RECORD_SYSCALL -> paths.count() == 1 && !isSymlink() && r.syscall() != SYS_MOUNT;
            default -> false;
        };
        return singlePath && r.result() >= 0;
    }

    private boolean isSymlink() {
        return r.syscall() == SYS_SYMLINK || r.syscall() == SYS_SYMLINKAT;
    }

    private @Nullable String source(boolean raw) {
        if (r.result() < 0) {
            return null;
        }
        if (r.kind() == RECORD_SYSCALL && r.syscall() == SYS_MOUNT) {
            return parameters.rawString("dev");
        }
        boolean has = r.kind() == RECORD_RENAME || r.kind() == RECORD_SYSCALL && (paths.count() == 2 || isSymlink());
        return !has ? null : raw ? paths.raw(0) : paths.cleaned(0);
    }

    private @Nullable String target(boolean raw) {
        if (r.result() < 0) {
            return null;
        }
        if (r.kind() == RECORD_SYSCALL && isSymlink()) {
            String target = parameters.rawString("target");
            return target == null || raw ? target : PathStrings.clean(target);
        }
        int index = r.kind() == RECORD_SYSCALL && r.syscall() == SYS_MOUNT ? 0 : 1;
        boolean has = r.kind() == RECORD_RENAME || r.kind() == RECORD_SYSCALL && (paths.count() == 2 || index == 0);
        return !has ? null : raw ? paths.raw(index) : paths.cleaned(index);
    }

    private boolean hasAccess(int bit) {
        return r.kind() == RECORD_OPEN
                && r.syscall() != SYS_CREAT
                && (FlagNames.accessOfOpen(r.intAt(OPEN_FLAGS)) & bit) != 0;
    }

    private boolean createsExecutable() {
        if (r.kind() != RECORD_OPEN || r.syscall() == SYS_OPEN_BY_HANDLE_AT) {
            return false;
        }
        return (r.syscall() == SYS_CREAT || mayCreate()) && (r.intAt(OPEN_MODE) & 0111) != 0;
    }

    private boolean isCreated() {
        if (r.kind() != RECORD_OPEN) {
            return false;
        }
        boolean tmpfile = (r.intAt(OPEN_FLAGS) & O_TMPFILE) == O_TMPFILE && r.result() >= 0;
        return tmpfile || (r.intAt(OPEN_FILE_FLAGS) & FILE_CREATED) != 0;
    }

    private boolean mayCreate() {
        int flags = r.intAt(OPEN_FLAGS);
        return (flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE;
    }

    private String category() {
        return switch (r.kind()) {
            case RECORD_FD -> EventCategories.ofFdEvent(EventTypes.name(context.type()), fd.kind());
            case RECORD_EXEC, RECORD_EXEC_FAILED, RECORD_CLONE, RECORD_EXIT, RECORD_CONTAINER -> "process";
            case RECORD_GENERIC -> "other";
            case RECORD_SYSCALL -> EventCategories.ofSyscall(EventTypes.name(context.type()));
            default -> "file";
        };
    }

    private String local(DateTimeFormatter format) {
        return format.format(instant().atZone(zone));
    }

    private Instant instant() {
        return Instant.ofEpochSecond(context.timeNanos() / SECOND, context.timeNanos() % SECOND);
    }

    private static long flag(boolean value) {
        return value ? 1 : 0;
    }
}
