package io.tiercel.sensor.state;

import static io.tiercel.sensor.capture.RecordLayout.*;

import io.tiercel.rules.field.FieldRef;
import io.tiercel.sensor.capture.NamedFile;
import io.tiercel.sensor.capture.RecordView;
import java.net.InetAddress;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Values of the {@code fd.} fields: the file or socket that an event works on, as the kernel knows it. */
final class FdFields {
    /** What the event works on. */
    enum Kind {
        NONE("", ""),
        MISSING("", "o"),
        FILE("file", "f"),
        DIRECTORY("directory", "d"),
        IPV4("ipv4", "4"),
        IPV6("ipv6", "6"),
        UNIX("unix", "u");

        final String type;
        final String letter;

        Kind(String type, String letter) {
            this.type = type;
            this.letter = letter;
        }

        boolean ip() {
            return this == IPV4 || this == IPV6;
        }

        boolean path() {
            return this == FILE || this == DIRECTORY;
        }
    }

    static final long EINPROGRESS = 115;

    private static final int O_DIRECTORY = 0200000;
    private static final int SYS_FCHDIR = 81;
    private static final int SYS_MKDIRAT = 258;
    private static final int SYS_UNLINKAT = 263;
    private static final int SYS_OPEN_BY_HANDLE_AT = 304;
    private static final String NOT_APPLICABLE = "<NA>";

    private final RecordView r;
    private final EventPaths paths;
    private final SocketTuple tuple;
    private Kind kind = Kind.NONE;
    private @Nullable String name;
    private @Nullable Process process;
    private final Mounts mounts;
    private NamedFile.Name use = NamedFile.Name.GIVEN;
    private @Nullable String hostName;
    private boolean hostNameKnown;

    FdFields(RecordView r, EventPaths paths, Mounts mounts) {
        this.mounts = mounts;
        this.r = r;
        this.paths = paths;
        this.tuple = new SocketTuple(r);
    }

    void reset(@Nullable Process process) {
        this.process = process;
        name = null;
        use = NamedFile.Name.GIVEN;
        hostName = null;
        hostNameKnown = false;
        tuple.reset();
        kind = switch (r.kind()) {
            case RECORD_OPEN ->
                r.result() < 0 ? Kind.MISSING : (r.intAt(OPEN_FLAGS) & O_DIRECTORY) != 0 ? Kind.DIRECTORY : Kind.FILE;
            case RECORD_PATH ->
                r.syscall() != SYS_UNLINKAT && r.syscall() != SYS_MKDIRAT
                        ? Kind.NONE
                        : directoryFdKnown() ? Kind.DIRECTORY : Kind.MISSING;
            case RECORD_CHDIR ->
                r.syscall() != SYS_FCHDIR ? Kind.NONE : r.result() == 0 ? Kind.DIRECTORY : Kind.MISSING;
            case RECORD_CONNECT -> tuple.kind();
            default -> Kind.NONE;
        };
    }

    Kind kind() {
        return kind;
    }

    SocketTuple tuple() {
        return tuple;
    }

    /** Whether the opened file has this further name, and it is not the same as one before. */
    boolean hasName(NamedFile.Name further) {
        if (r.kind() != RECORD_OPEN || !kind.path()) {
            return false;
        }
        return switch (further) {
            case GIVEN -> true;
            case KERNEL -> !r.nameIsText(0, 0) && !r.name(0).equals(given());
            case HOST -> hostName() != null && !given().equals(hostName());
        };
    }

    void useName(NamedFile.Name which) {
        use = which;
        name = null;
    }

    @Nullable
    String text(FieldRef ref) {
        if (kind == Kind.NONE) {
            return null;
        }
        return switch (ref.field()) {
            case FD_TYPE -> kind == Kind.MISSING ? null : kind.type;
            case FD_TYPECHAR -> typeChar();
            case FD_NAME -> name();
            case FD_NAMERAW -> nameRaw();
            case FD_DIRECTORY -> directory();
            case FD_FILENAME -> kind == Kind.FILE ? Paths.fileName(name()) : null;
            case FD_L4PROTO -> kind == Kind.MISSING ? null : kind.ip() ? tuple.protocol() : NOT_APPLICABLE;
            case FD_SOCKFAMILY -> kind.ip() ? "ip" : kind == Kind.UNIX ? "unix" : null;
            case FD_UID -> r.tid() + Long.toString(fd());
            case FD_CONTAINERNAME -> container() + name();
            case FD_CONTAINERDIRECTORY -> directory() == null ? null : container() + directory();
            default -> null;
        };
    }

    /** The number, or {@link SensorEvent#ABSENT}. */
    long number(FieldRef ref) {
        if (kind == Kind.NONE) {
            return SensorEvent.ABSENT;
        }
        return switch (ref.field()) {
            case FD_NUM -> fd();
            case FD_INO -> kind == Kind.MISSING ? SensorEvent.ABSENT : opened() ? r.longAt(OPEN_INO) : 0;
            case FD_DEV -> kind == Kind.MISSING ? SensorEvent.ABSENT : opened() ? device(r.intAt(OPEN_DEV)) : 0;
            case FD_DEV_MAJOR -> kind == Kind.MISSING ? SensorEvent.ABSENT : opened() ? r.intAt(OPEN_DEV) >>> 20 : 0;
            case FD_DEV_MINOR -> kind == Kind.MISSING ? SensorEvent.ABSENT : opened() ? r.intAt(OPEN_DEV) & 0xfffff : 0;
            case FD_IS_UPPER_LAYER -> layer(FILE_UPPER_LAYER);
            case FD_IS_LOWER_LAYER -> layer(FILE_LOWER_LAYER);
            case FD_CONNECTED -> kind == Kind.MISSING ? SensorEvent.ABSENT : flag(tuple.connected());
            case FD_NAME_CHANGED -> flag(tuple.connected());
            case FD_IS_SERVER -> kind.ip() && tuple.connected() ? flag(tuple.toItself()) : SensorEvent.ABSENT;
            case FD_CPORT, FD_LPORT -> tuple.hasPorts() ? tuple.sourcePort() : SensorEvent.ABSENT;
            case FD_SPORT, FD_RPORT -> tuple.hasPorts() ? tuple.destinationPort() : SensorEvent.ABSENT;
            default -> SensorEvent.ABSENT;
        };
    }

    @Nullable
    InetAddress address(FieldRef ref) {
        if (!kind.ip() || !tuple.connected()) {
            return null;
        }
        return switch (ref.field()) {
            case FD_CIP, FD_LIP, FD_CNET, FD_LNET -> tuple.source();
            case FD_SIP, FD_RIP, FD_SNET, FD_RNET -> tuple.destination();
            default -> null;
        };
    }

    @Nullable
    List<?> list(FieldRef ref) {
        if (!kind.ip() || !tuple.connected()) {
            return null;
        }
        return switch (ref.field()) {
            case FD_IP, FD_NET -> List.of(tuple.source(), tuple.destination());
            case FD_CIP, FD_LIP, FD_CNET, FD_LNET -> List.of(tuple.source());
            case FD_SIP, FD_RIP, FD_SNET, FD_RNET -> List.of(tuple.destination());
            case FD_PORT ->
                tuple.hasPorts() ? List.of((long) tuple.sourcePort(), (long) tuple.destinationPort()) : null;
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
            case RECORD_CONNECT -> r.intAt(CONNECT_FD);
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
            case RECORD_CONNECT -> tuple.name();
            default -> "";
        };
    }

    private String given() {
        String path = r.syscall() == SYS_OPEN_BY_HANDLE_AT ? null : paths.cleaned(0);
        return path == null ? r.name(0) : path;
    }

    private @Nullable String hostName() {
        if (!hostNameKnown) {
            hostNameKnown = true;
            hostName = mounts.hostName(r);
        }
        return hostName;
    }

    private @Nullable String nameRaw() {
        if (r.kind() != RECORD_OPEN) {
            return "";
        }
        String raw = paths.raw(0);
        return raw == null ? null : Paths.singleSlashes(raw);
    }

    private String typeChar() {
        boolean failedOpen = r.kind() == RECORD_OPEN && kind == Kind.MISSING;
        return failedOpen && r.syscall() != SYS_OPEN_BY_HANDLE_AT ? "f" : kind.letter;
    }

    private @Nullable String directory() {
        return switch (kind) {
            case DIRECTORY -> name();
            case FILE -> Paths.directory(name());
            case MISSING -> r.kind() == RECORD_OPEN && !name().isEmpty() ? Paths.directory(name()) : null;
            default -> null;
        };
    }

    private boolean directoryFdKnown() {
        return r.intAt(PATH_DIRFD) >= 0 && r.hasName(0);
    }

    private boolean opened() {
        return r.kind() == RECORD_OPEN;
    }

    private long layer(int bit) {
        return kind == Kind.FILE && opened() ? flag((r.intAt(OPEN_FILE_BITS) & bit) != 0) : SensorEvent.ABSENT;
    }

    private String container() {
        return (process == null ? "" : process.container.id()) + ":";
    }

    private static long flag(boolean value) {
        return value ? 1 : 0;
    }
}
