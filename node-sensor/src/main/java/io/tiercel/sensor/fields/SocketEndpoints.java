package io.tiercel.sensor.fields;

import static io.tiercel.sensor.bpf.record.RecordLayout.*;
import static io.tiercel.sensor.bpf.record.SyscallNumbers.SYS_ACCEPT;
import static io.tiercel.sensor.bpf.record.SyscallNumbers.SYS_ACCEPT4;
import static io.tiercel.sensor.bpf.record.SyscallNumbers.SYS_BIND;
import static io.tiercel.sensor.bpf.record.SyscallNumbers.SYS_CONNECT;

import io.tiercel.sensor.bpf.record.RecordView;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The endpoints of the socket in a {@code RECORD_FD}, and their roles as client and server.
 *
 * <p>The socket itself determines the role, not earlier events. A socket that listens, was accepted, or is bound to a port is
 * a server. A connected socket is a client, even if it is bound.
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

    /** Decodes the current record, which must be a {@code RECORD_FD} or {@code RECORD_STANDARD_FD}. */
    void reset() {
        local = null;
        remote = null;
        int bits = r.shortAt(FD_BITS);
        hasRemote = (bits & (FD_CONNECTED | FD_CLIENT | FD_SERVER)) != 0;
        kind = switch (r.shortAt(FD_FAMILY)) {
            case AF_UNIX -> FdKind.UNIX;
            case AF_INET -> FdKind.IPV4;
            case AF_INET6 -> isIpv4Mapped(hasRemote ? FD_REMOTE_ADDRESS : FD_LOCAL_ADDRESS) ? FdKind.IPV4 : FdKind.IPV6;
            case AF_NETLINK -> FdKind.NETLINK;
            default -> FdKind.OTHER;
        };
        role = kind == FdKind.UNIX ? unixRole(bits) : kind.isIp() ? ipRole(bits) : Role.NONE;
    }

    FdKind kind() {
        return kind;
    }

    /** Returns true if the socket is connected or connecting. Datagrams to another peer do not count. */
    boolean isConnected() {
        return kind == FdKind.UNIX ? r.longAt(FD_PEER) != 0 : (r.shortAt(FD_BITS) & FD_CONNECTED) != 0;
    }

    /** Returns true if the event changed the endpoints of the socket. */
    boolean isChanged() {
        if ((r.shortAt(FD_BITS) & FD_PEER_CHANGED) != 0) {
            return true;
        }
        return switch (r.syscall()) {
            case SYS_CONNECT -> r.result() == 0 || r.result() == -EINPROGRESS;
            case SYS_ACCEPT, SYS_ACCEPT4 -> r.result() >= 0;
            default -> false;
        };
    }

    /** Returns true if the server's address is local, as Falco's {@code fd.is_server}; null if unknown. */
    @Nullable
    Boolean isServer() {
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
     * Returns the known addresses; null if there are none. Leaves out the wildcard address of a socket with a peer, because
     * the kernel chooses its real address only while it sends.
     */
    @Nullable
    List<InetAddress> addresses() {
        if (role == Role.NONE) {
            return null;
        }
        if (!hasRemote) {
            return List.of(local());
        }
        return local().isAnyLocalAddress() ? List.of(remote()) : List.of(local(), remote());
    }

    /** Returns the client's address if it is local, otherwise the server's; null unless both are known. */
    @Nullable
    InetAddress localAddress() {
        return !hasBothEndpoints() ? null : isClientLocal() ? clientAddress() : serverAddress();
    }

    @Nullable
    InetAddress remoteAddress() {
        return !hasBothEndpoints() ? null : isClientLocal() ? serverAddress() : clientAddress();
    }

    /** Returns the client's port; {@link FieldValues#ABSENT} if the address is unknown or the transport has no ports. */
    long clientPort() {
        if (!hasPorts() || clientAddress() == null) {
            return FieldValues.ABSENT;
        }
        return r.shortAt(role == Role.CLIENT ? FD_LOCAL_PORT : FD_REMOTE_PORT);
    }

    long serverPort() {
        if (!hasPorts() || serverAddress() == null) {
            return FieldValues.ABSENT;
        }
        return r.shortAt(role == Role.SERVER ? FD_LOCAL_PORT : FD_REMOTE_PORT);
    }

    long localPort() {
        return !hasBothEndpoints() ? FieldValues.ABSENT : isClientLocal() ? clientPort() : serverPort();
    }

    long remotePort() {
        return !hasBothEndpoints() ? FieldValues.ABSENT : isClientLocal() ? serverPort() : clientPort();
    }

    /** Returns the transport protocol; {@code <NA>} if the socket has no role. */
    String protocol() {
        return role == Role.NONE ? UNKNOWN : transport();
    }

    /** Returns the letter of the transport protocol in parameters; empty if it has none. */
    String letter() {
        return switch (protocol()) {
            case "tcp" -> "t";
            case "udp" -> "u";
            case "icmp" -> "i";
            case "raw" -> "r";
            default -> "";
        };
    }

    /** Returns {@code client->server}, or the local endpoint of a bound socket; empty for other sockets. */
    String name() {
        if (kind == FdKind.UNIX) {
            return unixName(role == Role.SERVER);
        }
        return switch (role) {
            case NONE -> "";
            case CLIENT -> endpoint(true) + "->" + endpoint(false);
            case SERVER -> hasRemote ? endpoint(false) + "->" + endpoint(true) : endpoint(true);
        };
    }

    /** Returns the parameter {@code tuple}: both endpoints in the direction of the data; null if unknown. */
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
                : incoming ? endpoint(false) + "->" + endpoint(true) : endpoint(true) + "->" + endpoint(false);
    }

    private Role ipRole(int bits) {
        if (r.shortAt(FD_TYPE) == SOCK_STREAM && r.shortAt(FD_STATE) == TCP_LISTEN) {
            return Role.SERVER;
        }
        if (hasRemote) {
            return (bits & (FD_ACCEPTED | FD_SERVER)) != 0 ? Role.SERVER : Role.CLIENT;
        }
        boolean bound = (bits & FD_BOUND) != 0 || r.syscall() == SYS_BIND && r.result() == 0;
        return bound && r.shortAt(FD_LOCAL_PORT) != 0 && transportHasPorts() ? Role.SERVER : Role.NONE;
    }

    /** Returns the role of a unix socket: one with a path was bound, or accepted by a bound socket. */
    private Role unixRole(int bits) {
        return (bits & FD_BOUND) != 0 && r.syscall() != SYS_CONNECT ? Role.SERVER : Role.CLIENT;
    }

    private boolean hasBothEndpoints() {
        return kind.isIp() && role != Role.NONE && hasRemote;
    }

    private boolean isClientLocal() {
        return role == Role.CLIENT || remote().isLoopbackAddress() || remote().equals(local());
    }

    private boolean transportHasPorts() {
        String transport = transport();
        return transport.equals("tcp") || transport.equals("udp");
    }

    private boolean hasPorts() {
        return kind.isIp() && role != Role.NONE && transportHasPorts();
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

    /** Returns an address. An IPv6 socket with an IPv4 peer has an IPv4 address, even if it is bound to the wildcard. */
    private InetAddress address(int offset) {
        if (r.shortAt(FD_FAMILY) != AF_INET6) {
            return IpAddresses.fromBytes(r.bytesAt(offset, IPV4_SIZE));
        }
        InetAddress address = IpAddresses.fromBytes(r.bytesAt(offset, IPV6_SIZE));
        return kind == FdKind.IPV4 && !(address instanceof Inet4Address)
                ? IpAddresses.fromBytes(new byte[IPV4_SIZE])
                : address;
    }

    private boolean isIpv4Mapped(int offset) {
        return r.longAt(offset) == 0 && r.intAt(offset + 8) == 0xffff0000;
    }

    private String endpoint(boolean ownSide) {
        String address = IpAddresses.format(ownSide ? local() : remote());
        return transportHasPorts() ? address + ":" + r.shortAt(ownSide ? FD_LOCAL_PORT : FD_REMOTE_PORT) : address;
    }

    /** Returns the kernel addresses of both sockets and the path; only the path if there is no peer; empty without a path. */
    private String unixName(boolean incoming) {
        String passed = SockAddr.format(r.textBytes(0));
        String path = passed.isEmpty() ? SockAddr.unixPath(r.name(0)) : passed;
        if (path.isEmpty()) {
            return "";
        }
        boolean withoutPeer = r.longAt(FD_PEER) == 0 && (r.syscall() == SYS_BIND || passed.isEmpty());
        String own = Long.toHexString(r.longAt(FD_SOURCE));
        String other = Long.toHexString(r.longAt(FD_PEER));
        return withoutPeer ? path : incoming ? other + "->" + own + " " + path : own + "->" + other + " " + path;
    }
}
