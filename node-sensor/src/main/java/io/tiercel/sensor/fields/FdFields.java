package io.tiercel.sensor.fields;

import static io.tiercel.sensor.bpf.record.RecordLayout.*;
import static io.tiercel.sensor.bpf.record.SyscallNumbers.SYS_ACCEPT;
import static io.tiercel.sensor.bpf.record.SyscallNumbers.SYS_ACCEPT4;
import static io.tiercel.sensor.bpf.record.SyscallNumbers.SYS_CLOSE_RANGE;
import static io.tiercel.sensor.bpf.record.SyscallNumbers.SYS_CONNECT;
import static io.tiercel.sensor.bpf.record.SyscallNumbers.SYS_FCHDIR;
import static io.tiercel.sensor.bpf.record.SyscallNumbers.SYS_FCHMODAT;
import static io.tiercel.sensor.bpf.record.SyscallNumbers.SYS_FCHMODAT2;
import static io.tiercel.sensor.bpf.record.SyscallNumbers.SYS_FCHOWNAT;
import static io.tiercel.sensor.bpf.record.SyscallNumbers.SYS_MKDIRAT;
import static io.tiercel.sensor.bpf.record.SyscallNumbers.SYS_MKNODAT;
import static io.tiercel.sensor.bpf.record.SyscallNumbers.SYS_NEWFSTATAT;
import static io.tiercel.sensor.bpf.record.SyscallNumbers.SYS_OPEN_BY_HANDLE_AT;
import static io.tiercel.sensor.bpf.record.SyscallNumbers.SYS_PIPE;
import static io.tiercel.sensor.bpf.record.SyscallNumbers.SYS_PIPE2;
import static io.tiercel.sensor.bpf.record.SyscallNumbers.SYS_SOCKET;
import static io.tiercel.sensor.bpf.record.SyscallNumbers.SYS_SYMLINKAT;
import static io.tiercel.sensor.bpf.record.SyscallNumbers.SYS_UNLINKAT;

import io.tiercel.rules.check.ServicePorts;
import io.tiercel.rules.field.FieldRef;
import io.tiercel.sensor.bpf.record.RecordView;
import io.tiercel.sensor.process.KnownFiles;
import io.tiercel.sensor.process.MountTable;
import io.tiercel.sensor.process.NodeState;
import io.tiercel.sensor.process.ProcessInfo;
import io.tiercel.sensor.process.ResolvedHostNames;
import java.net.InetAddress;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Values of the {@code fd.} fields: the file or socket of the event, as the kernel described it. */
final class FdFields {
    private static final int O_DIRECTORY = 0200000;
    private static final List<String> NO_NAME = List.of("");
    private static final String NOT_APPLICABLE = "<NA>";

    private final RecordView r;
    private final EventPaths paths;
    private final FdDescription description;
    private @Nullable FdKind kind;
    private @Nullable String name;
    private @Nullable ProcessInfo process;
    private final MountTable mounts;
    private final ResolvedHostNames hostNames;
    private final KnownFiles knownFiles;
    private FileNameKind nameKind = FileNameKind.GIVEN;
    private @Nullable String hostPath;
    private boolean hostPathCached;

    FdFields(RecordView r, EventPaths paths, NodeState state) {
        this.hostNames = state.hostNames();
        this.knownFiles = state.knownFiles();
        this.mounts = state.mounts();
        this.r = r;
        this.paths = paths;
        this.description = new FdDescription(r);
    }

    void reset(@Nullable ProcessInfo process) {
        this.process = process;
        name = null;
        nameKind = FileNameKind.GIVEN;
        hostPath = null;
        hostPathCached = false;
        kind = null;
    }

    /** Returns the kind of the fd. Computed on the first call, because most rules fail before they need it. */
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
                            : isDirFdOpen() ? FdKind.DIRECTORY : FdKind.MISSING;
                case RECORD_CHDIR ->
                    r.syscall() != SYS_FCHDIR ? FdKind.NONE : r.result() == 0 ? FdKind.DIRECTORY : FdKind.MISSING;
                case RECORD_SYSCALL -> dirFdArgument() < 0 ? FdKind.NONE : dirFdKind();
                case RECORD_FD -> r.syscall() == SYS_CLOSE_RANGE ? FdKind.NONE : description.reset();
                default -> FdKind.NONE;
            };
            kind = found;
        }
        return found;
    }

    /** Returns the endpoints of a socket. Valid only if the fd is a socket. */
    SocketEndpoints socket() {
        return description.socket();
    }

    /** Returns true if the opened file has this name, and it differs from the names before it. */
    boolean hasName(FileNameKind kind) {
        if (r.kind() != RECORD_OPEN) {
            return kind == FileNameKind.GIVEN || kind == FileNameKind.KERNEL && paths.hasKernelNames();
        }
        if (!kind().isPath()) {
            return false;
        }
        return switch (kind) {
            case GIVEN -> true;
            case KERNEL -> !r.nameIsText(0, 0) && !r.name(0).equals(givenName());
            case HOST -> hostPath() != null && !givenName().equals(hostPath());
            case KNOWN -> {
                String known = knownName();
                yield known != null
                        && !known.equals(givenName())
                        && !known.equals(r.name(0))
                        && !known.equals(hostPath());
            }
        };
    }

    /** Selects the name that the fields show. */
    void selectName(FileNameKind kind) {
        nameKind = kind;
        name = null;
    }

    /** Returns the text; null if the field is absent. */
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
            case FD_L4PROTO ->
                kind().isIp() ? description.socket().protocol() : kind().isOpen() ? NOT_APPLICABLE : null;
            case FD_SOCKFAMILY -> kind().isIp() ? "ip" : kind() == FdKind.UNIX ? "unix" : null;
            case FD_CPROTO, FD_SPROTO, FD_LPROTO, FD_RPROTO -> service(port(ref));
            case FD_CIP_NAME, FD_SIP_NAME, FD_LIP_NAME, FD_RIP_NAME ->
                hostNames.namesOf(address(ref)).stream().findFirst().orElse(null);
            case FD_UID -> r.tid() + Long.toString(fd());
            case FD_CONTAINERNAME -> containerPrefix() + name();
            case FD_CONTAINERDIRECTORY -> directory() == null ? null : containerPrefix() + directory();
            default -> null;
        };
    }

    /** Returns the number; {@link FieldValues#ABSENT} if the field is absent. */
    long number(FieldRef ref) {
        if (kind() == FdKind.NONE) {
            return FieldValues.ABSENT;
        }
        return switch (ref.field()) {
            case FD_NUM -> fd();
            case FD_NAME_TRUNCATED -> isNameOfPath() ? flag(r.hasTruncatedName()) : FieldValues.ABSENT;
            case FD_INO -> kind().isOpen() ? inode() : FieldValues.ABSENT;
            case FD_DEV -> kind().isOpen() ? userDevice(device()) : FieldValues.ABSENT;
            case FD_DEV_MAJOR -> kind().isOpen() ? device() >>> 20 : FieldValues.ABSENT;
            case FD_DEV_MINOR -> kind().isOpen() ? device() & 0xfffff : FieldValues.ABSENT;
            case FD_IS_UPPER_LAYER -> layer(FILE_UPPER_LAYER);
            case FD_IS_LOWER_LAYER -> layer(FILE_LOWER_LAYER);
            case FD_CONNECTED ->
                kind().isOpen()
                        ? flag(description.isSocket() && description.socket().isConnected())
                        : FieldValues.ABSENT;
            case FD_NAME_CHANGED ->
                flag(description.isSocket() && description.socket().isChanged());
            case FD_IS_SERVER -> {
                Boolean server = kind().isIp() ? description.socket().isServer() : null;
                yield server == null ? FieldValues.ABSENT : flag(server);
            }
            case FD_CPORT, FD_SPORT, FD_LPORT, FD_RPORT -> port(ref);
            default -> FieldValues.ABSENT;
        };
    }

    /** Returns the address; null if the field is absent. */
    @Nullable
    InetAddress address(FieldRef ref) {
        if (!kind().isIp()) {
            return null;
        }
        return switch (ref.field()) {
            case FD_CIP, FD_CNET, FD_CIP_NAME -> description.socket().clientAddress();
            case FD_SIP, FD_SNET, FD_SIP_NAME -> description.socket().serverAddress();
            case FD_LIP, FD_LNET, FD_LIP_NAME -> description.socket().localAddress();
            case FD_RIP, FD_RNET, FD_RIP_NAME -> description.socket().remoteAddress();
            default -> null;
        };
    }

    /** Returns all values of a field with several values; null if it is absent. */
    @Nullable
    List<?> list(FieldRef ref) {
        if (!kind().isIp()) {
            return null;
        }
        return switch (ref.field()) {
            case FD_IP, FD_NET -> description.socket().addresses();
            case FD_PORT, FD_PROTO ->
                listOfNonNull(
                        portOrNull(description.socket().clientPort()),
                        portOrNull(description.socket().serverPort()));
            case FD_CNET, FD_SNET, FD_LNET, FD_RNET -> listOfNonNull(address(ref), null);
            case FD_CIP_NAME, FD_SIP_NAME, FD_LIP_NAME, FD_RIP_NAME -> namesOf(address(ref));
            default -> null;
        };
    }

    /** Returns {@code fd.name}; empty if the fd has no name. */
    String name() {
        String value = name;
        if (value == null) {
            value = computeName();
            name = value;
        }
        return value;
    }

    /** Returns the fd's number. */
    long fd() {
        return switch (r.kind()) {
            case RECORD_OPEN -> Math.max(r.result(), -1);
            case RECORD_PATH -> r.intAt(PATH_DIRFD);
            case RECORD_CHDIR -> r.intAt(CHDIR_FD);
            case RECORD_SYSCALL -> dirFdArgument() < 0 ? -1 : dirFd();
            case RECORD_FD -> r.intAt(FD_FD);
            default -> -1;
        };
    }

    /** Converts a device number from the kernel's encoding to the one of user space. */
    static long userDevice(int kernel) {
        long major = kernel >>> 20;
        long minor = kernel & 0xfffff;
        return minor & 0xff | major << 8 | (minor & ~0xffL) << 12;
    }

    private String computeName() {
        return switch (r.kind()) {
            case RECORD_OPEN ->
                switch (nameKind) {
                    case GIVEN -> givenName();
                    case KERNEL -> r.name(0);
                    case HOST -> Objects.requireNonNull(hostPath(), "The event does not have a host name");
                    case KNOWN -> Objects.requireNonNull(knownName(), "The file is not known");
                };
            case RECORD_PATH, RECORD_CHDIR -> r.name(0);
            case RECORD_SYSCALL -> dirFdArgument() < 0 ? "" : r.name(dirFdArgument());
            case RECORD_FD -> kind() == FdKind.MISSING ? passedAddress() : description.name();
            default -> "";
        };
    }

    private boolean isNameOfPath() {
        return r.kind() == RECORD_OPEN || kind().isPath();
    }

    private String givenName() {
        String path = r.syscall() == SYS_OPEN_BY_HANDLE_AT ? null : paths.cleaned(0);
        return path == null ? r.name(0) : path;
    }

    /** Returns the address argument of a failed connect. */
    private String passedAddress() {
        return r.syscall() == SYS_CONNECT ? SockAddr.format(r.textBytes(0)) : "";
    }

    private @Nullable String knownName() {
        return knownFiles.name(r.intAt(OPEN_KNOWN_FILE));
    }

    private @Nullable String hostPath() {
        if (!hostPathCached) {
            hostPathCached = true;
            hostPath = mounts.hostPath(r);
        }
        return hostPath;
    }

    private @Nullable String nameRaw() {
        if (r.kind() != RECORD_OPEN) {
            return "";
        }
        String raw = paths.raw(0);
        return raw == null ? null : PathStrings.collapseSlashes(raw);
    }

    /** Returns the type letter. For a failed call, it is the type that the fd would have had. */
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

    /** Returns the index of the dirfd argument, which is also the index of its name in the record; -1 if there is none. */
    private int dirFdArgument() {
        return switch (r.syscall()) {
            case SYS_MKNODAT, SYS_FCHOWNAT, SYS_NEWFSTATAT, SYS_FCHMODAT, SYS_FCHMODAT2 -> 0;
            case SYS_SYMLINKAT -> 1;
            default -> -1;
        };
    }

    private int dirFd() {
        return r.intAt(SYSCALL_ARGUMENTS + 8 * dirFdArgument());
    }

    private FdKind dirFdKind() {
        return dirFd() >= 0 && r.hasName(dirFdArgument()) ? FdKind.DIRECTORY : FdKind.MISSING;
    }

    private boolean isDirFdOpen() {
        return r.intAt(PATH_DIRFD) >= 0 && r.hasName(0);
    }

    private long inode() {
        return switch (r.kind()) {
            case RECORD_OPEN -> r.longAt(OPEN_INO);
            case RECORD_FD -> r.longAt(FD_INO);
            default -> 0;
        };
    }

    /** Returns the device in the kernel's encoding: the major number, then 20 bits of the minor number. */
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
            case FD_CPORT, FD_CPROTO -> description.socket().clientPort();
            case FD_SPORT, FD_SPROTO -> description.socket().serverPort();
            case FD_LPORT, FD_LPROTO -> description.socket().localPort();
            default -> description.socket().remotePort();
        };
    }

    private static @Nullable String service(long port) {
        return port == FieldValues.ABSENT ? null : ServicePorts.name(port);
    }

    /**
     * Returns the names that resolve to an address; null without an address. An address without names has an empty name, so
     * that {@code !=} is true.
     */
    private @Nullable List<String> namesOf(@Nullable InetAddress address) {
        if (address == null) {
            return null;
        }
        List<String> names = hostNames.namesOf(address);
        return names.isEmpty() ? NO_NAME : names;
    }

    private static @Nullable Long portOrNull(long port) {
        return port == FieldValues.ABSENT ? null : port;
    }

    /** Returns the non-null values; null if both are null. */
    private static @Nullable List<?> listOfNonNull(@Nullable Object a, @Nullable Object b) {
        if (a == null) {
            return b == null ? null : List.of(b);
        }
        return b == null ? List.of(a) : List.of(a, b);
    }

    private long layer(int bit) {
        return kind() == FdKind.FILE && r.kind() == RECORD_OPEN
                ? flag((r.intAt(OPEN_FILE_FLAGS) & bit) != 0)
                : FieldValues.ABSENT;
    }

    private String containerPrefix() {
        return (process == null ? "" : process.container().id()) + ":";
    }

    private static long flag(boolean value) {
        return value ? 1 : 0;
    }
}
