package io.tiercel.sensor.fields;

import static io.tiercel.sensor.bpf.record.RecordLayout.*;

import io.tiercel.rules.event.EventParameter;
import io.tiercel.rules.event.EventTypes;
import io.tiercel.rules.event.ParameterType;
import io.tiercel.sensor.bpf.record.RecordView;
import io.tiercel.sensor.process.NodeState;
import io.tiercel.sensor.process.ProcessInfo;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The parameters of the current event, raw and resolved, such as {@code 2} and {@code ENOENT}. */
final class EventParameters {
    private static final String NOT_AVAILABLE = "<NA>";
    private static final long UINT32_MAX = 0xffffffffL;
    private static final int AT_FDCWD = -100;
    private final RecordView r;
    private final FdFields fd;
    private final NodeState state;
    private final FileParameters files;
    private final ProcessParameters processes;
    private final FdParameters fds;
    private final SyscallRecordParameters syscalls;
    private int type;
    private @Nullable ProcessInfo process;

    EventParameters(RecordView r, EventPaths paths, FdFields fd, NodeState state) {
        this.r = r;
        this.fd = fd;
        this.state = state;
        this.files = new FileParameters(r, paths);
        this.processes = new ProcessParameters(r);
        this.fds = new FdParameters(r, fd);
        this.syscalls = new SyscallRecordParameters(r, paths);
    }

    void reset(int type, @Nullable ProcessInfo process) {
        this.type = type;
        this.process = process;
        processes.reset(process);
        fds.reset(type);
        if (r.kind() == RECORD_SYSCALL) {
            syscalls.reset(type);
        }
    }

    /** Returns the parameter with a name; null if the event type does not have it. */
    @Nullable
    EventParameter named(String name) {
        int index = EventTypes.parameterIndex(type, name);
        return index < 0 ? null : EventTypes.parameters(type).get(index);
    }

    /** Returns the parameter at an index; null if the event type does not have it. */
    @Nullable
    EventParameter at(int index) {
        List<EventParameter> all = EventTypes.parameters(type);
        return index < 0 || index >= all.size() ? null : all.get(index);
    }

    /** Returns all parameters as {@code name=raw(resolved)}, separated by spaces. */
    String all() {
        StringBuilder text = new StringBuilder();
        for (EventParameter parameter : EventTypes.parameters(type)) {
            String raw = rawText(parameter);
            String resolved = resolved(parameter);
            text.append(text.isEmpty() ? "" : " ")
                    .append(parameter.name())
                    .append('=')
                    .append(raw);
            if (resolved != null && !resolved.equals(raw)) {
                text.append('(').append(resolved).append(')');
            }
        }
        return text.toString();
    }

    /** Returns the resolved value, or the raw value if there is none. */
    String text(EventParameter parameter) {
        String resolved = resolved(parameter);
        return resolved != null ? resolved : rawText(parameter);
    }

    String rawText(EventParameter parameter) {
        String text = rawString(parameter.name());
        if (text != null) {
            return parameter.type() == ParameterType.BYTEBUF ? printable(text) : text;
        }
        long number = number(parameter.name());
        if (number == FieldValues.ABSENT) {
            return switch (parameter.type()) {
                case SOCKADDR, SOCKTUPLE, BYTEBUF, FDLIST, DYN -> "NULL";
                default -> NOT_AVAILABLE;
            };
        }
        return switch (parameter.type()) {
            case MODE -> Long.toOctalString(number);
            case UID, GID -> number == UINT32_MAX ? "-1" : Long.toString(number);
            case UINT32 -> parameter.name().equals("mode") ? Long.toOctalString(number) : Long.toString(number);
            default ->
                Long.toUnsignedString(number).length() > 19 && signed(parameter.type())
                        ? Long.toString(number)
                        : signed(parameter.type()) ? Long.toString(number) : Long.toUnsignedString(number);
        };
    }

    private static boolean signed(ParameterType type) {
        return switch (type) {
            case UINT8, UINT16, UINT32, UINT64, RELTIME, ABSTIME -> false;
            default -> true;
        };
    }

    private @Nullable String resolved(EventParameter parameter) {
        long number = number(parameter.name());
        String named = r.kind() == RECORD_FD ? fds.names(parameter, number) : "";
        if (!named.isEmpty()) {
            return named;
        }
        return switch (parameter.type()) {
            case ERRNO -> number < 0 && number != FieldValues.ABSENT ? FlagNames.errorName(-number) : null;
            case FD -> resolvedFd(parameter.name(), number);
            case PID -> number == FieldValues.ABSENT ? null : resolvedPid(number);
            case FSPATH, FSRELPATH -> absolute(parameter.name());
            case FLAGS8, FLAGS16, FLAGS32, ENUMFLAGS8, ENUMFLAGS16, ENUMFLAGS32 ->
                number == FieldValues.ABSENT ? null : emptyToNull(names(parameter, number));
            case RELTIME -> number == FieldValues.ABSENT ? null : seconds(number);
            case UID -> number == FieldValues.ABSENT ? null : userName((int) number);
            case GID -> number == FieldValues.ABSENT ? null : groupName((int) number);
            case SIGTYPE -> emptyToNull(FlagNames.signal(number));
            case MODE -> emptyToNull(FlagNames.mode(number));
            default -> null;
        };
    }

    private @Nullable String resolvedFd(String name, long number) {
        if (number == FieldValues.ABSENT) {
            return null;
        }
        if (number == AT_FDCWD) {
            return "AT_FDCWD";
        }
        if (number < 0) {
            return FlagNames.errorName(-number);
        }
        boolean recordFd = r.kind() == RECORD_FD
                ? fds.isRecordFd(name)
                : number == fd.fd() && fd.kind().isOpen();
        if (!recordFd) {
            return null;
        }
        String transport = fd.kind().isIp() ? fd.socket().letter() : "";
        return "<" + fd.kind().letter + transport + ">" + fd.name();
    }

    private String names(EventParameter parameter, long number) {
        ParameterSource source = source();
        return source == null ? "" : source.names(parameter, number);
    }

    private @Nullable String absolute(String name) {
        ParameterSource source = source();
        return source == null ? null : source.absolute(name);
    }

    private static String seconds(long nanos) {
        return BigDecimal.valueOf(nanos, 9).stripTrailingZeros().toPlainString() + "s";
    }

    private @Nullable String resolvedPid(long pid) {
        ProcessInfo p = state.process((int) pid);
        return p == null ? null : p.comm();
    }

    private String userName(int uid) {
        return uid == -1 ? "<NONE>" : state.users().userName(container(), uid);
    }

    private String groupName(int gid) {
        return gid == -1 ? "<NONE>" : state.users().groupName(container(), gid);
    }

    private String container() {
        return process == null ? "" : process.container().fullId();
    }

    /** Returns a text parameter as a byte string; null if it is absent or not a text. */
    @Nullable
    String rawString(String name) {
        ParameterSource source = source();
        return source == null ? null : source.text(name);
    }

    /** Returns a number parameter; {@link FieldValues#ABSENT} if it is absent or not a number. */
    long number(String name) {
        if (name.equals("res")) {
            return hasResult() ? r.result() : FieldValues.ABSENT;
        }
        ParameterSource source = source();
        return source == null ? FieldValues.ABSENT : source.number(name);
    }

    /** Returns true if the event is a system call with a return value. */
    boolean hasResult() {
        return r.kind() != RECORD_EXIT && r.kind() != RECORD_GENERIC && r.kind() != RECORD_CONTAINER;
    }

    private @Nullable ParameterSource source() {
        return switch (r.kind()) {
            case RECORD_OPEN, RECORD_PATH, RECORD_RENAME, RECORD_CHDIR -> files;
            case RECORD_EXEC, RECORD_EXEC_FAILED, RECORD_CLONE, RECORD_EXIT, RECORD_CONTAINER -> processes;
            case RECORD_FD -> fds;
            case RECORD_SYSCALL -> syscalls;
            default -> null;
        };
    }

    private static @Nullable String emptyToNull(String text) {
        return text.isEmpty() ? null : text;
    }

    /** Replaces bytes that are not printable ASCII by dots. */
    static String printable(String text) {
        StringBuilder out = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            out.append(c < ' ' || c >= 0x7f ? '.' : c);
        }
        return out.toString();
    }
}
