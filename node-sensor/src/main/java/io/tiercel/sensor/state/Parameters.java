package io.tiercel.sensor.state;

import static io.tiercel.sensor.capture.RecordLayout.*;

import io.tiercel.rules.event.EventParameter;
import io.tiercel.rules.event.EventTypes;
import io.tiercel.rules.event.ParameterType;
import io.tiercel.sensor.capture.RecordView;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An event's parameters: raw, and resolved to what a person would write. */
final class Parameters {
    private static final String UNREADABLE = "<NA>";
    private static final long UNSIGNED = 0xffffffffL;
    private static final int AT_FDCWD = -100;
    private static final int SYS_CREAT = 85;

    /** Open flags with which the mode means something: O_CREAT, and the bit of O_TMPFILE that is its own. */
    private static final int MODE_FLAGS = 0100 | 020000000;

    private final RecordView r;
    private final EventPaths paths;
    private final FdFields fd;
    private final FdParameters fdParameters;
    private final NodeState state;
    private int type;
    private @Nullable Process process;

    Parameters(RecordView r, EventPaths paths, FdFields fd, NodeState state) {
        this.r = r;
        this.paths = paths;
        this.fd = fd;
        this.fdParameters = new FdParameters(r, fd);
        this.state = state;
    }

    void reset(int type, @Nullable Process process) {
        this.type = type;
        this.process = process;
    }

    /** The parameter of that name; null if the event has none. */
    @Nullable
    EventParameter named(String name) {
        int index = EventTypes.parameterIndex(type, name);
        return index < 0 ? null : EventTypes.parameters(type).get(index);
    }

    @Nullable
    EventParameter at(int index) {
        List<EventParameter> all = EventTypes.parameters(type);
        return index < 0 || index >= all.size() ? null : all.get(index);
    }

    /** All parameters as {@code name=raw(resolved)}, joined with blanks. */
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

    /** The resolved form if there is one, else the raw one. */
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
        if (number == SensorEvent.ABSENT) {
            return switch (parameter.type()) {
                case SOCKADDR, SOCKTUPLE, BYTEBUF, FDLIST, DYN -> "NULL";
                default -> UNREADABLE;
            };
        }
        return switch (parameter.type()) {
            case MODE -> Long.toOctalString(number);
            case UID, GID -> number == UNSIGNED ? "-1" : Long.toString(number);
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
        String names = r.kind() == RECORD_FD ? fdParameters.names(parameter, number) : null;
        if (names != null) {
            return names;
        }
        return switch (parameter.type()) {
            case ERRNO -> number < 0 && number != SensorEvent.ABSENT ? FlagNames.error(-number) : null;
            case FD -> resolvedFd(parameter.name(), number);
            case PID -> number == SensorEvent.ABSENT ? null : resolvedPid(number);
            case FSPATH, FSRELPATH -> absolute(parameter.name());
            case FLAGS8, FLAGS16, FLAGS32 ->
                number == SensorEvent.ABSENT ? null : emptyToNull(flags(parameter, number));
            case UID -> number == SensorEvent.ABSENT ? null : userName((int) number);
            case GID -> number == SensorEvent.ABSENT ? null : groupName((int) number);
            case SIGTYPE -> emptyToNull(FlagNames.signal(number));
            case MODE -> emptyToNull(FlagNames.mode(number));
            default -> null;
        };
    }

    private @Nullable String resolvedFd(String name, long number) {
        if (number == SensorEvent.ABSENT) {
            return null;
        }
        if (number == AT_FDCWD) {
            return "AT_FDCWD";
        }
        if (number < 0) {
            return FlagNames.error(-number);
        }
        boolean theEventsFd = r.kind() == RECORD_FD
                ? fdParameters.same(name)
                : number == fd.fd() && fd.kind().known();
        if (!theEventsFd) {
            return null;
        }
        String transport = fd.kind().ip() ? fd.socket().letter() : "";
        return "<" + fd.kind().letter + transport + ">" + fd.name();
    }

    private @Nullable String resolvedPid(long pid) {
        Process p = state.process((int) pid);
        return p == null ? null : p.comm;
    }

    private @Nullable String absolute(String name) {
        return switch (name) {
            case "filename" -> absoluteProgram();
            case "trusted_exepath" -> rawString(name);
            case "name", "path", "oldpath" ->
                r.kind() == RECORD_OPEN && !r.hasName(0) && r.text(0) == null ? null : paths.absolute(0);
            case "newpath" -> paths.absolute(1);
            default -> null;
        };
    }

    private @Nullable String absoluteProgram() {
        String path = rawString("filename");
        return path == null || process == null ? path : Paths.absolute(process.cwd, path);
    }

    private String flags(EventParameter parameter, long number) {
        return switch (r.kind()) {
            case RECORD_OPEN ->
                switch (parameter.name()) {
                    case "resolve" -> FlagNames.resolve(number);
                    case "creat_flags" -> FlagNames.creat(number);
                    default -> FlagNames.open(number);
                };
            case RECORD_PATH -> FlagNames.unlink(number);
            case RECORD_PATHS -> FlagNames.rename(number);
            case RECORD_EXEC -> FlagNames.executable(number);
            case RECORD_CLONE -> FlagNames.clone(number);
            default -> "";
        };
    }

    private String userName(int uid) {
        return uid == -1 ? "<NONE>" : state.users().userName(container(), uid);
    }

    private String groupName(int gid) {
        return gid == -1 ? "<NONE>" : state.users().groupName(container(), gid);
    }

    private String container() {
        return process == null ? "" : process.container.fullId();
    }

    /** A text parameter as it is; null if the parameter is none or could not be read. */
    @Nullable
    String rawString(String name) {
        return switch (r.kind()) {
            case RECORD_OPEN -> name.equals("name") ? paths.raw(0) : name.equals("path") ? r.name(0) : null;
            case RECORD_PATH -> name.equals("path") || name.equals("name") ? paths.raw(0) : null;
            case RECORD_PATHS -> name.equals("oldpath") ? paths.raw(0) : name.equals("newpath") ? paths.raw(1) : null;
            case RECORD_CHDIR -> name.equals("path") ? paths.raw(0) : null;
            case RECORD_EXEC_FAILED -> name.equals("filename") ? r.text(0) : processText(name);
            case RECORD_EXEC -> name.equals("filename") ? r.text(2) : processText(name);
            case RECORD_CLONE -> processText(name);
            case RECORD_FD -> fdParameters.text(name);
            default -> null;
        };
    }

    private @Nullable String processText(String name) {
        Process p = process;
        if (p == null) {
            return null;
        }
        return switch (name) {
            case "exe" -> p.program.exe;
            case "args" -> String.join("\0", p.program.args);
            case "cwd" -> p.cwd;
            case "comm" -> p.comm;
            case "env" -> p.program.environmentText();
            case "trusted_exepath" -> p.program.exePath;
            default -> null;
        };
    }

    /** A number parameter, or {@link SensorEvent#ABSENT}. */
    long number(String name) {
        if (name.equals("res")) {
            return r.kind() == RECORD_EXIT ? SensorEvent.ABSENT : r.result();
        }
        return switch (r.kind()) {
            case RECORD_OPEN -> openNumber(name);
            case RECORD_PATH ->
                switch (name) {
                    case "dirfd" -> r.intAt(PATH_DIRFD);
                    case "flags" -> FlagNames.encodeUnlink(r.intAt(PATH_FLAGS));
                    case "mode" -> r.intAt(PATH_MODE) & 07777;
                    default -> SensorEvent.ABSENT;
                };
            case RECORD_PATHS ->
                switch (name) {
                    case "olddirfd" -> r.intAt(PATHS_OLD_DIRFD);
                    case "newdirfd" -> r.intAt(PATHS_NEW_DIRFD);
                    case "flags" -> FlagNames.encodeRename(r.intAt(PATHS_FLAGS));
                    default -> SensorEvent.ABSENT;
                };
            case RECORD_FD -> fdParameters.number(type, name);
            case RECORD_CHDIR -> name.equals("fd") ? r.intAt(CHDIR_FD) : SensorEvent.ABSENT;
            case RECORD_EXEC, RECORD_EXEC_FAILED -> execNumber(name);
            case RECORD_CLONE -> cloneNumber(name);
            case RECORD_EXIT -> exitNumber(name);
            default -> SensorEvent.ABSENT;
        };
    }

    private long openNumber(String name) {
        return switch (name) {
            case "fd" -> r.result();
            case "dirfd", "mountfd" -> r.intAt(OPEN_DIRFD);
            case "flags" -> openFlags();
            case "mode" ->
                r.syscall() == SYS_CREAT || (r.intAt(OPEN_FLAGS) & MODE_FLAGS) != 0 ? r.intAt(OPEN_MODE) & 07777 : 0;
            case "resolve" -> FlagNames.encodeResolve(r.intAt(OPEN_RESOLVE));
            case "dev" -> FdFields.device(r.intAt(OPEN_DEV));
            case "ino" -> r.longAt(OPEN_INO);
            case "creat_flags" -> (r.intAt(OPEN_FILE_BITS) & (FILE_UPPER_LAYER | FILE_LOWER_LAYER)) >> 1;
            default -> SensorEvent.ABSENT;
        };
    }

    /** Flags of an open, in the rules' encoding. */
    long openFlags() {
        int bits = r.intAt(OPEN_FILE_BITS);
        return FlagNames.encodeOpen(
                r.intAt(OPEN_FLAGS),
                (bits & FILE_CREATED) != 0,
                (bits & FILE_UPPER_LAYER) != 0,
                (bits & FILE_LOWER_LAYER) != 0);
    }

    private long execNumber(String name) {
        Process p = process;
        if (p == null) {
            return SensorEvent.ABSENT;
        }
        return switch (name) {
            case "tty" -> p.program.tty & UNSIGNED;
            case "vpgid" -> p.program.vpgid;
            case "pgid" -> p.program.pgid;
            case "loginuid" -> p.program.loginuid & UNSIGNED;
            case "flags" -> executableFlags(p.program);
            case "cap_inheritable" -> p.capInheritable;
            case "cap_permitted" -> p.capPermitted;
            case "cap_effective" -> p.capEffective;
            case "exe_ino" -> p.program.exeIno;
            case "exe_ino_ctime" -> p.program.exeCtimeNanos;
            case "exe_ino_mtime" -> p.program.exeMtimeNanos;
            default -> threadNumber(p, name);
        };
    }

    private long cloneNumber(String name) {
        Process p = process;
        if (p == null) {
            return SensorEvent.ABSENT;
        }
        return switch (name) {
            case "flags" -> FlagNames.encodeClone(r.longAt(CLONE_FLAGS));
            case "vtid" -> r.intAt(CLONE_VTID);
            case "vpid" -> r.intAt(CLONE_VPID);
            default -> threadNumber(p, name);
        };
    }

    private long threadNumber(Process p, String name) {
        return switch (name) {
            case "tid" -> r.tid();
            case "pid" -> r.tgid();
            case "ptid" -> p.parent() == null ? SensorEvent.ABSENT : p.parent().pid;
            case "uid" -> p.uid & UNSIGNED;
            case "gid" -> p.gid & UNSIGNED;
            default -> SensorEvent.ABSENT;
        };
    }

    private long exitNumber(String name) {
        int status = r.intAt(EXIT_STATUS);
        return switch (name) {
            case "status" -> status;
            case "ret" -> (status & 0x7f) == 0 ? status >> 8 & 0xff : 0;
            case "sig" -> status & 0x7f;
            case "core" -> status >> 7 & 1;
            case "reaper_tid" -> r.intAt(EXIT_REAPER);
            default -> SensorEvent.ABSENT;
        };
    }

    private static long executableFlags(Program program) {
        return (program.exeWritable ? 1 : 0)
                | ((program.fileBits & FILE_UPPER_LAYER) != 0 ? 2 : 0)
                | (program.fromMemory ? 4 : 0)
                | ((program.fileBits & FILE_LOWER_LAYER) != 0 ? 8 : 0);
    }

    private static @Nullable String emptyToNull(String text) {
        return text.isEmpty() ? null : text;
    }

    /** Bytes as text, those that cannot be shown as dots. */
    static String printable(String text) {
        StringBuilder out = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            out.append(c < ' ' || c >= 0x7f ? '.' : c);
        }
        return out.toString();
    }
}
