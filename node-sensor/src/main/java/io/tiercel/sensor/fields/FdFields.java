package io.tiercel.sensor.fields;

import static io.tiercel.sensor.bpf.RecordLayout.*;

import io.tiercel.rules.check.Services;
import io.tiercel.rules.field.FieldRef;
import io.tiercel.sensor.bpf.RecordView;
import io.tiercel.sensor.process.MountTable;
import io.tiercel.sensor.process.ProcessInfo;
import io.tiercel.sensor.process.ResolvedHostNames;
import java.net.InetAddress;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Values of the {@code fd.} fields: the file or socket that an event works on, as the kernel knows it. */
final class FdFields {
    private static final int O_DIRECTORY = 0200000;
    private static final int SYS_PIPE = 22;
    private static final int SYS_SOCKET = 41;
    private static final int SYS_CONNECT = 42;
    private static final int SYS_ACCEPT = 43;
    private static final int SYS_FCHDIR = 81;
    private static final int SYS_MKDIRAT = 258;
    private static final int SYS_MKNODAT = 259;
    private static final int SYS_FCHOWNAT = 260;
    private static final int SYS_NEWFSTATAT = 262;
    private static final int SYS_SYMLINKAT = 266;
    private static final int SYS_FCHMODAT = 268;
    private static final int SYS_FCHMODAT2 = 452;
    private static final int SYS_UNLINKAT = 263;
    private static final int SYS_OPEN_BY_HANDLE_AT = 304;
    private static final int SYS_ACCEPT4 = 288;
    private static final int SYS_PIPE2 = 293;
    private static final int SYS_CLOSE_RANGE = 436;
    private static final List<String> NO_NAME = List.of("");
    private static final String NOT_APPLICABLE = "<NA>";

    private final RecordView r;
    private final EventPaths paths;
    private final FdDescription described;
    private @Nullable FdKind kind;
    private @Nullable String name;
    private @Nullable ProcessInfo process;
    private final MountTable mounts;
    private final ResolvedHostNames hostNames;
    private FileNameKind use = FileNameKind.GIVEN;
    private @Nullable String hostName;
    private boolean hostNameKnown;

    FdFields(RecordView r, EventPaths paths, MountTable mounts, ResolvedHostNames hostNames) {
        this.hostNames = hostNames;
        this.mounts = mounts;
        this.r = r;
        this.paths = paths;
        this.described = new FdDescription(r);
    }

    void reset(@Nullable ProcessInfo process) {
        this.process = process;
        name = null;
        use = FileNameKind.GIVEN;
        hostName = null;
        hostNameKnown = false;
        kind = null;
    }

    /** Worked out when it is first asked for: most events are dropped by their type or process before. */
    FdKind kind() {
        FdKind found = kind;
        if (found == null) {
            found = switch (r.kind()) {
                case RECORD_OPEN ->
                    r.result() < 0
                            ? FdKind.MISSING
                            : (r.intAt(OPEN_FLAGS) & O_DIRECTORY) != 0 ? FdKind.DIRECTORY : FdKind.FILE;
                case RECORD_PATH ->
                    r.syscall() != SYS_UNLINKAT && r.syscall() != SYS_MKDIRAT
                            ? FdKind.NONE
                            : directoryFdKnown() ? FdKind.DIRECTORY : FdKind.MISSING;
                case RECORD_CHDIR ->
                    r.syscall() != SYS_FCHDIR ? FdKind.NONE : r.result() == 0 ? FdKind.DIRECTORY : FdKind.MISSING;
                case RECORD_CALL -> directoryArgument() < 0 ? FdKind.NONE : directoryKind();
                case RECORD_FD -> r.syscall() == SYS_CLOSE_RANGE ? FdKind.NONE : described.reset();
                default -> FdKind.NONE;
            };
            kind = found;
        }
        return found;
    }

    /** The socket's ends; only of a described.socket(). */
    SocketEndpoints socket() {
        return described.socket();
    }

    /** Whether the opened file has this further name, and it is not the same as one before. */
    boolean hasName(FileNameKind further) {
        if (r.kind() != RECORD_OPEN || !kind().isPath()) {
            return false;
        }
        return switch (further) {
            case GIVEN -> true;
            case KERNEL -> !r.nameIsText(0, 0) && !r.name(0).equals(given());
            case HOST -> hostName() != null && !given().equals(hostName());
        };
    }

    void useName(FileNameKind which) {
        use = which;
        name = null;
    }

    @Nullable
    String text(FieldRef ref) {
        if (kind() == FdKind.NONE) {
            return null;
        }
        return switch (ref.field()) {
            case FD_TYPE -> kind().isOpen() ? kind().type : null;
            case FD_TYPECHAR -> typeChar();
            case FD_NAME -> name();
            case FD_NAMERAW -> nameRaw();
            case FD_DIRECTORY -> directory();
            case FD_FILENAME -> kind() == FdKind.FILE ? PathStrings.fileName(name()) : null;
            case FD_L4PROTO -> kind().isIp() ? described.socket().protocol() : kind().isOpen() ? NOT_APPLICABLE : null;
            case FD_SOCKFAMILY -> kind().isIp() ? "ip" : kind() == FdKind.UNIX ? "unix" : null;
            case FD_CPROTO, FD_SPROTO, FD_LPROTO, FD_RPROTO -> service(port(ref));
            case FD_CIP_NAME, FD_SIP_NAME, FD_LIP_NAME, FD_RIP_NAME ->
                hostNames.namesOf(address(ref)).stream().findFirst().orElse(null);
            case FD_UID -> r.tid() + Long.toString(fd());
            case FD_CONTAINERNAME -> container() + name();
            case FD_CONTAINERDIRECTORY -> directory() == null ? null : container() + directory();
            default -> null;
        };
    }

    /** The number, or {@link FieldValues#ABSENT}. */
    long number(FieldRef ref) {
        if (kind() == FdKind.NONE) {
            return FieldValues.ABSENT;
        }
        return switch (ref.field()) {
            case FD_NUM -> fd();
            case FD_INO -> kind().isOpen() ? inode() : FieldValues.ABSENT;
            case FD_DEV -> kind().isOpen() ? device(device()) : FieldValues.ABSENT;
            case FD_DEV_MAJOR -> kind().isOpen() ? device() >>> 20 : FieldValues.ABSENT;
            case FD_DEV_MINOR -> kind().isOpen() ? device() & 0xfffff : FieldValues.ABSENT;
            case FD_IS_UPPER_LAYER -> layer(FILE_UPPER_LAYER);
            case FD_IS_LOWER_LAYER -> layer(FILE_LOWER_LAYER);
            case FD_CONNECTED ->
                kind().isOpen()
                        ? flag(described.isSocket() && described.socket().connected())
                        : FieldValues.ABSENT;
            case FD_NAME_CHANGED ->
                flag(described.isSocket() && described.socket().changed());
            case FD_IS_SERVER -> {
                Boolean server = kind().isIp() ? described.socket().server() : null;
                yield server == null ? FieldValues.ABSENT : flag(server);
            }
            case FD_CPORT, FD_SPORT, FD_LPORT, FD_RPORT -> port(ref);
            default -> FieldValues.ABSENT;
        };
    }

    @Nullable
    InetAddress address(FieldRef ref) {
        if (!kind().isIp()) {
            return null;
        }
        return switch (ref.field()) {
            case FD_CIP, FD_CNET, FD_CIP_NAME -> described.socket().clientAddress();
            case FD_SIP, FD_SNET, FD_SIP_NAME -> described.socket().serverAddress();
            case FD_LIP, FD_LNET, FD_LIP_NAME -> described.socket().localAddress();
            case FD_RIP, FD_RNET, FD_RIP_NAME -> described.socket().remoteAddress();
            default -> null;
        };
    }

    @Nullable
    List<?> list(FieldRef ref) {
        if (!kind().isIp()) {
            return null;
        }
        return switch (ref.field()) {
            case FD_IP, FD_NET -> described.socket().endAddresses();
            case FD_PORT, FD_PROTO ->
                present(
                        number(described.socket().clientPort()),
                        number(described.socket().serverPort()));
            case FD_CNET, FD_SNET, FD_LNET, FD_RNET -> present(address(ref), null);
            case FD_CIP_NAME, FD_SIP_NAME, FD_LIP_NAME, FD_RIP_NAME -> namesOf(address(ref));
            default -> null;
        };
    }

    /** The fd's name; empty where nothing is known of it. */
    String name() {
        String value = name;
        if (value == null) {
            value = nameOf();
            name = value;
        }
        return value;
    }

    /** The fd's number as the event gives it. */
    long fd() {
        return switch (r.kind()) {
            case RECORD_OPEN -> Math.max(r.result(), -1);
            case RECORD_PATH -> r.intAt(PATH_DIRFD);
            case RECORD_CHDIR -> r.intAt(CHDIR_FD);
            case RECORD_CALL -> directoryArgument() < 0 ? -1 : directoryFd();
            case RECORD_FD -> r.intAt(FD_FD);
            default -> -1;
        };
    }

    /** A device number as user space knows it, from the kernel's own form. */
    static long device(int kernel) {
        long major = kernel >>> 20;
        long minor = kernel & 0xfffff;
        return minor & 0xff | major << 8 | (minor & ~0xffL) << 12;
    }

    private String nameOf() {
        return switch (r.kind()) {
            case RECORD_OPEN ->
                switch (use) {
                    case GIVEN -> given();
                    case KERNEL -> r.name(0);
                    case HOST -> Objects.requireNonNull(hostName(), "the event has no such name");
                };
            case RECORD_PATH, RECORD_CHDIR -> r.name(0);
            case RECORD_CALL -> directoryArgument() < 0 ? "" : r.name(directoryArgument());
            case RECORD_FD -> kind() == FdKind.MISSING ? passedAddress() : described.name();
            default -> "";
        };
    }

    private String given() {
        String path = r.syscall() == SYS_OPEN_BY_HANDLE_AT ? null : paths.cleaned(0);
        return path == null ? r.name(0) : path;
    }

    /** Of a call that failed for want of a descriptor: where it would have led. */
    private String passedAddress() {
        return r.syscall() == SYS_CONNECT ? SockAddr.text(r.textBytes(0)) : "";
    }

    private @Nullable String hostName() {
        if (!hostNameKnown) {
            hostNameKnown = true;
            hostName = mounts.hostPath(r);
        }
        return hostName;
    }

    private @Nullable String nameRaw() {
        if (r.kind() != RECORD_OPEN) {
            return "";
        }
        String raw = paths.raw(0);
        return raw == null ? null : PathStrings.singleSlashes(raw);
    }

    /** Of a failed call a guess: what the fd would be. */
    private String typeChar() {
        if (kind() != FdKind.MISSING) {
            return kind().letter;
        }
        return switch (r.syscall()) {
            case SYS_SOCKET, SYS_ACCEPT, SYS_ACCEPT4 -> FdKind.IPV4.letter;
            case SYS_PIPE, SYS_PIPE2 -> FdKind.PIPE.letter;
            default ->
                r.kind() == RECORD_OPEN && r.syscall() != SYS_OPEN_BY_HANDLE_AT
                        ? FdKind.FILE.letter
                        : FdKind.MISSING.letter;
        };
    }

    private @Nullable String directory() {
        return switch (kind()) {
            case DIRECTORY -> name();
            case FILE -> PathStrings.directory(name());
            case MISSING -> r.kind() == RECORD_OPEN && !name().isEmpty() ? PathStrings.directory(name()) : null;
            default -> null;
        };
    }

    /** Argument of a plain call that is a directory's fd, and the place of its name in the record; -1 if it has none. */
    private int directoryArgument() {
        return switch (r.syscall()) {
            case SYS_MKNODAT, SYS_FCHOWNAT, SYS_NEWFSTATAT, SYS_FCHMODAT, SYS_FCHMODAT2 -> 0;
            case SYS_SYMLINKAT -> 1;
            default -> -1;
        };
    }

    private int directoryFd() {
        return r.intAt(CALL_ARGUMENTS + 8 * directoryArgument());
    }

    private FdKind directoryKind() {
        return directoryFd() >= 0 && r.hasName(directoryArgument()) ? FdKind.DIRECTORY : FdKind.MISSING;
    }

    private boolean directoryFdKnown() {
        return r.intAt(PATH_DIRFD) >= 0 && r.hasName(0);
    }

    private long inode() {
        return switch (r.kind()) {
            case RECORD_OPEN -> r.longAt(OPEN_INO);
            case RECORD_FD -> r.longAt(FD_INO);
            default -> 0;
        };
    }

    /** In the kernel's own form: the major number, and 20 bits of the minor one. */
    private int device() {
        return switch (r.kind()) {
            case RECORD_OPEN -> r.intAt(OPEN_DEV);
            case RECORD_FD -> r.intAt(FD_DEV);
            default -> 0;
        };
    }

    private long port(FieldRef ref) {
        if (!kind().isIp()) {
            return FieldValues.ABSENT;
        }
        return switch (ref.field()) {
            case FD_CPORT, FD_CPROTO -> described.socket().clientPort();
            case FD_SPORT, FD_SPROTO -> described.socket().serverPort();
            case FD_LPORT, FD_LPROTO -> described.socket().localPort();
            default -> described.socket().remotePort();
        };
    }

    private static @Nullable String service(long port) {
        return port == FieldValues.ABSENT ? null : Services.name(port);
    }

    /** An address without any name still differs from each, so it has an empty one; null without an address. */
    private @Nullable List<String> namesOf(@Nullable InetAddress address) {
        if (address == null) {
            return null;
        }
        List<String> found = hostNames.namesOf(address);
        return found.isEmpty() ? NO_NAME : found;
    }

    private static @Nullable Long number(long port) {
        return port == FieldValues.ABSENT ? null : port;
    }

    /** Those of two values that are there; null if none is. */
    private static @Nullable List<?> present(@Nullable Object one, @Nullable Object other) {
        if (one == null) {
            return other == null ? null : List.of(other);
        }
        return other == null ? List.of(one) : List.of(one, other);
    }

    private long layer(int bit) {
        return kind() == FdKind.FILE && r.kind() == RECORD_OPEN
                ? flag((r.intAt(OPEN_FILE_BITS) & bit) != 0)
                : FieldValues.ABSENT;
    }

    private String container() {
        return (process == null ? "" : process.container().id()) + ":";
    }

    private static long flag(boolean value) {
        return value ? 1 : 0;
    }
}
