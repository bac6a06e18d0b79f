package io.tiercel.sensor.fields;

import static io.tiercel.sensor.bpf.RecordLayout.*;

import io.tiercel.sensor.bpf.RecordView;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Both ends of the socket that a {@code RECORD_FD} is about, and which of them is the client.
 *
 * <p>The roles come from the socket itself, not from what was seen of it before: a socket that listens, was accepted or
 * is bound to a port is the server's; one that has connected is the client's, whatever it was bound to.
 */
final class SocketEndpoints {
    private static final int AF_UNIX = 1;
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final int AF_NETLINK = 16;
    private static final int SOCK_STREAM = 1;
    private static final int SOCK_DGRAM = 2;
    private static final int SOCK_RAW = 3;
    private static final int IPPROTO_ICMP = 1;
    private static final int IPPROTO_ICMPV6 = 58;
    private static final int TCP_LISTEN = 10;
    private static final int IPV4_SIZE = 4;
    private static final int IPV6_SIZE = 16;
    private static final int SYS_ACCEPT = 43;
    private static final int SYS_CONNECT = 42;
    private static final int SYS_BIND = 49;
    private static final int SYS_ACCEPT4 = 288;
    private static final long EINPROGRESS = 115;
    private static final String UNKNOWN = "<NA>";

    private enum Role {
        NONE,
        CLIENT,
        SERVER
    }

    private final RecordView r;
    private @Nullable InetAddress local;
    private @Nullable InetAddress remote;
    private FdKind kind = FdKind.NONE;
    private Role role = Role.NONE;
    private boolean hasRemote;

    SocketEndpoints(RecordView r) {
        this.r = r;
    }

    /** Moves to the record that the view is on, a {@code RECORD_FD}. */
    void reset() {
        local = null;
        remote = null;
        int bits = r.shortAt(FD_BITS);
        hasRemote = (bits & (FD_CONNECTED | FD_CLIENT | FD_SERVER)) != 0;
        kind = switch (r.shortAt(FD_FAMILY)) {
            case AF_UNIX -> FdKind.UNIX;
            case AF_INET -> FdKind.IPV4;
            case AF_INET6 -> mapped(hasRemote ? FD_REMOTE_ADDRESS : FD_LOCAL_ADDRESS) ? FdKind.IPV4 : FdKind.IPV6;
            case AF_NETLINK -> FdKind.NETLINK;
            default -> FdKind.OTHER;
        };
        role = kind == FdKind.UNIX ? unixRole(bits) : kind.isIp() ? ipRole(bits) : Role.NONE;
    }

    FdKind kind() {
        return kind;
    }

    /** Whether the socket is connected, or about to be. Datagrams to others than the connected peer are not. */
    boolean connected() {
        return kind == FdKind.UNIX ? r.longAt(FD_PEER) != 0 : (r.shortAt(FD_BITS) & FD_CONNECTED) != 0;
    }

    /** Whether the event gave the socket other ends than it had before. */
    boolean changed() {
        if ((r.shortAt(FD_BITS) & FD_OTHER_PEER) != 0) {
            return true;
        }
        return switch (r.syscall()) {
            case SYS_CONNECT -> r.result() == 0 || r.result() == -EINPROGRESS;
            case SYS_ACCEPT, SYS_ACCEPT4 -> r.result() >= 0;
            default -> false;
        };
    }

    /** Whether the program is the server's side, as Falco tells it: by where the server's address is; null if unknown. */
    @Nullable
    Boolean server() {
        return switch (role) {
            case NONE -> null;
            case SERVER -> true;
            case CLIENT -> remote().isLoopbackAddress() || remote().equals(local());
        };
    }

    @Nullable
    InetAddress clientAddress() {
        return role == Role.CLIENT ? local() : role == Role.SERVER && hasRemote ? remote() : null;
    }

    @Nullable
    InetAddress serverAddress() {
        return role == Role.SERVER ? local() : role == Role.CLIENT ? remote() : null;
    }

    /**
     * The addresses of the ends that are known; null if none is. A socket that speaks to somebody without being bound to an
     * address (its own is "any") has one only while it sends: so "any" is not the address of an end then.
     */
    @Nullable
    List<InetAddress> endAddresses() {
        if (role == Role.NONE) {
            return null;
        }
        if (!hasRemote) {
            return List.of(local());
        }
        return local().isAnyLocalAddress() ? List.of(remote()) : List.of(local(), remote());
    }

    /** The client's address if it is one of this machine, else the server's; null unless both are known. */
    @Nullable
    InetAddress localAddress() {
        return !bothEnds() ? null : clientIsLocal() ? clientAddress() : serverAddress();
    }

    @Nullable
    InetAddress remoteAddress() {
        return !bothEnds() ? null : clientIsLocal() ? serverAddress() : clientAddress();
    }

    /** The port, or {@link FieldValues#ABSENT}: as the address, and of transports that have ports. */
    long clientPort() {
        if (!ports() || clientAddress() == null) {
            return FieldValues.ABSENT;
        }
        return r.shortAt(role == Role.CLIENT ? FD_LOCAL_PORT : FD_REMOTE_PORT);
    }

    long serverPort() {
        if (!ports() || serverAddress() == null) {
            return FieldValues.ABSENT;
        }
        return r.shortAt(role == Role.SERVER ? FD_LOCAL_PORT : FD_REMOTE_PORT);
    }

    long localPort() {
        return !bothEnds() ? FieldValues.ABSENT : clientIsLocal() ? clientPort() : serverPort();
    }

    long remotePort() {
        return !bothEnds() ? FieldValues.ABSENT : clientIsLocal() ? serverPort() : clientPort();
    }

    /** Transport; {@code <NA>} while the socket has no role. */
    String protocol() {
        return role == Role.NONE ? UNKNOWN : transport();
    }

    /** Letter of the transport in parameters; empty if it has none. */
    String letter() {
        return switch (protocol()) {
            case "tcp" -> "t";
            case "udp" -> "u";
            case "icmp" -> "i";
            case "raw" -> "r";
            default -> "";
        };
    }

    /** The fd's name: {@code client->server}, or the own end of a socket that is only bound; empty if it is neither. */
    String name() {
        if (kind == FdKind.UNIX) {
            return unixName(role == Role.SERVER);
        }
        return switch (role) {
            case NONE -> "";
            case CLIENT -> end(true) + "->" + end(false);
            case SERVER -> hasRemote ? end(false) + "->" + end(true) : end(true);
        };
    }

    /** Both ends in the direction in which the event goes, as the parameter {@code tuple} shows them; null if unknown. */
    @Nullable
    String tuple(boolean incoming) {
        boolean succeeded = r.result() >= 0 || r.syscall() == SYS_CONNECT && r.result() == -EINPROGRESS;
        if (!succeeded) {
            return null;
        }
        if (kind == FdKind.UNIX) {
            return unixName(incoming);
        }
        return !kind.isIp() || !hasRemote
                ? null
                : incoming ? end(false) + "->" + end(true) : end(true) + "->" + end(false);
    }

    private Role ipRole(int bits) {
        if (r.shortAt(FD_TYPE) == SOCK_STREAM && r.shortAt(FD_STATE) == TCP_LISTEN) {
            return Role.SERVER;
        }
        if (hasRemote) {
            return (bits & (FD_ACCEPTED | FD_SERVER)) != 0 ? Role.SERVER : Role.CLIENT;
        }
        boolean bound = (bits & FD_BOUND) != 0 || r.syscall() == SYS_BIND && r.result() == 0;
        return bound && r.shortAt(FD_LOCAL_PORT) != 0 && ported() ? Role.SERVER : Role.NONE;
    }

    /** A unix socket that has a path of its own was bound, or accepted by one that was. */
    private Role unixRole(int bits) {
        return (bits & FD_BOUND) != 0 && r.syscall() != SYS_CONNECT ? Role.SERVER : Role.CLIENT;
    }

    private boolean bothEnds() {
        return kind.isIp() && role != Role.NONE && hasRemote;
    }

    private boolean clientIsLocal() {
        return role == Role.CLIENT || remote().isLoopbackAddress() || remote().equals(local());
    }

    private boolean ported() {
        String transport = transport();
        return transport.equals("tcp") || transport.equals("udp");
    }

    private boolean ports() {
        return kind.isIp() && role != Role.NONE && ported();
    }

    private String transport() {
        int protocol = r.shortAt(FD_PROTOCOL);
        return switch (r.shortAt(FD_TYPE)) {
            case SOCK_STREAM -> "tcp";
            case SOCK_DGRAM -> protocol == IPPROTO_ICMP || protocol == IPPROTO_ICMPV6 ? "icmp" : "udp";
            case SOCK_RAW -> "raw";
            default -> UNKNOWN;
        };
    }

    private InetAddress local() {
        InetAddress address = local;
        if (address == null) {
            address = address(FD_LOCAL_ADDRESS);
            local = address;
        }
        return address;
    }

    private InetAddress remote() {
        InetAddress address = remote;
        if (address == null) {
            address = address(FD_REMOTE_ADDRESS);
            remote = address;
        }
        return address;
    }

    /** An IPv6 socket that speaks to IPv4 addresses has an IPv4 address of its own, also where it is bound to any. */
    private InetAddress address(int offset) {
        if (r.shortAt(FD_FAMILY) != AF_INET6) {
            return IpAddresses.fromBytes(r.bytesAt(offset, IPV4_SIZE));
        }
        InetAddress address = IpAddresses.fromBytes(r.bytesAt(offset, IPV6_SIZE));
        return kind == FdKind.IPV4 && !(address instanceof Inet4Address)
                ? IpAddresses.fromBytes(new byte[IPV4_SIZE])
                : address;
    }

    private boolean mapped(int offset) {
        return r.longAt(offset) == 0 && r.intAt(offset + 8) == 0xffff0000;
    }

    private String end(boolean own) {
        String address = IpAddresses.format(own ? local() : remote());
        return ported() ? address + ":" + r.shortAt(own ? FD_LOCAL_PORT : FD_REMOTE_PORT) : address;
    }

    /** Identities of both ends and the path; the path alone of a socket that is only bound; empty without a path. */
    private String unixName(boolean incoming) {
        String passed = SockAddr.text(r.textBytes(0));
        String path = passed.isEmpty() ? SockAddr.unixPath(r.name(0)) : passed;
        if (path.isEmpty()) {
            return "";
        }
        boolean alone = r.longAt(FD_PEER) == 0 && (r.syscall() == SYS_BIND || passed.isEmpty());
        String own = Long.toHexString(r.longAt(FD_SOURCE));
        String other = Long.toHexString(r.longAt(FD_PEER));
        return alone ? path : incoming ? other + "->" + own + " " + path : own + "->" + other + " " + path;
    }
}
