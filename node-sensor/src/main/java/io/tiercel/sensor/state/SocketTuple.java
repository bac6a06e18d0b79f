package io.tiercel.sensor.state;

import static io.tiercel.sensor.capture.RecordLayout.*;

import io.tiercel.sensor.capture.RecordView;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Both ends of the socket that a connect event works on. The program that connects is the client. */
final class SocketTuple {
    private static final int AF_UNIX = 1;
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final int SOCK_STREAM = 1;
    private static final int SOCK_DGRAM = 2;
    private static final int SOCK_RAW = 3;
    private static final int IPPROTO_ICMP = 1;
    private static final int IPPROTO_ICMPV6 = 58;
    private static final int IPV4_SIZE = 4;
    private static final int IPV6_SIZE = 16;

    private final RecordView r;
    private @Nullable InetAddress source;
    private @Nullable InetAddress destination;

    SocketTuple(RecordView r) {
        this.r = r;
    }

    void reset() {
        source = null;
        destination = null;
    }

    FdFields.Kind kind() {
        return switch (r.shortAt(CONNECT_FAMILY)) {
            case AF_UNIX -> FdFields.Kind.UNIX;
            case AF_INET -> FdFields.Kind.IPV4;
            case AF_INET6 -> destination() instanceof Inet4Address ? FdFields.Kind.IPV4 : FdFields.Kind.IPV6;
            default -> FdFields.Kind.MISSING;
        };
    }

    /** Whether the call connected the socket, or is about to. */
    boolean connected() {
        return r.kind() == RECORD_CONNECT && (r.result() == 0 || r.result() == -FdFields.EINPROGRESS);
    }

    InetAddress source() {
        InetAddress address = source;
        if (address == null) {
            address = address(CONNECT_SOURCE_ADDRESS);
            source = address;
        }
        return address;
    }

    InetAddress destination() {
        InetAddress address = destination;
        if (address == null) {
            address = address(CONNECT_DESTINATION_ADDRESS);
            destination = address;
        }
        return address;
    }

    int sourcePort() {
        return r.shortAt(CONNECT_SOURCE_PORT);
    }

    int destinationPort() {
        return r.shortAt(CONNECT_DESTINATION_PORT);
    }

    boolean hasPorts() {
        return connected() && kind().ip() && ("tcp".equals(protocol()) || "udp".equals(protocol()));
    }

    /** Whether the other end is on this machine. */
    boolean toItself() {
        return destination().isLoopbackAddress() || destination().equals(source());
    }

    /** Transport; {@code <NA>} before the socket is connected. */
    String protocol() {
        if (!connected()) {
            return "<NA>";
        }
        int protocol = r.shortAt(CONNECT_PROTOCOL);
        return switch (r.shortAt(CONNECT_TYPE)) {
            case SOCK_STREAM -> "tcp";
            case SOCK_DGRAM -> protocol == IPPROTO_ICMP || protocol == IPPROTO_ICMPV6 ? "icmp" : "udp";
            case SOCK_RAW -> "raw";
            default -> "<NA>";
        };
    }

    /** The fd's name: both ends once connected, else empty. */
    String name() {
        return switch (kind()) {
            case UNIX -> connected() ? unixTuple() : "";
            case IPV4, IPV6 ->
                connected() ? end(source(), sourcePort()) + "->" + end(destination(), destinationPort()) : "";
            default -> addressText();
        };
    }

    /** Both ends as the parameter {@code tuple} shows them; null if there are none. */
    @Nullable
    String tupleText() {
        return connected() ? name() : null;
    }

    /** The address as the program passed it: {@code ip:port}, or the path of a unix socket; empty if unreadable. */
    String addressText() {
        byte[] a = r.textBytes(0);
        int family = a.length < 2 ? 0 : a[0] & 0xff | (a[1] & 0xff) << 8;
        if (family == AF_INET && a.length >= 8) {
            return Addresses.text(Addresses.of(Arrays.copyOfRange(a, 4, 8))) + ":" + port(a);
        }
        if (family == AF_INET6 && a.length >= 24) {
            return Addresses.text(Addresses.of(Arrays.copyOfRange(a, 8, 24))) + ":" + port(a);
        }
        if (family == AF_UNIX) {
            String path = new String(a, 2, a.length - 2, StandardCharsets.ISO_8859_1);
            boolean hidden = path.startsWith("\0");
            int end = path.indexOf(0, hidden ? 1 : 0);
            String visible = end < 0 ? path : path.substring(0, end);
            return hidden ? "@" + visible.substring(1) : visible;
        }
        return "";
    }

    /** Letters that stand before an fd in parameters: kind and transport. */
    String letters() {
        return switch (protocol()) {
            case "tcp" -> "t";
            case "udp" -> "u";
            case "icmp" -> "i";
            case "raw" -> "r";
            default -> "";
        };
    }

    private String unixTuple() {
        return Long.toHexString(r.longAt(CONNECT_SOURCE)) + "->" + Long.toHexString(r.longAt(CONNECT_PEER)) + " "
                + addressText();
    }

    private String end(InetAddress address, int port) {
        return hasPorts() ? Addresses.text(address) + ":" + port : Addresses.text(address);
    }

    private InetAddress address(int offset) {
        int size = r.shortAt(CONNECT_FAMILY) == AF_INET6 ? IPV6_SIZE : IPV4_SIZE;
        return Addresses.of(r.bytesAt(offset, size));
    }

    private static int port(byte[] a) {
        return (a[2] & 0xff) << 8 | a[3] & 0xff;
    }
}
