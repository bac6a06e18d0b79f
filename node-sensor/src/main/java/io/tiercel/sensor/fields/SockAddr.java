package io.tiercel.sensor.fields;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A {@code struct sockaddr} as programs pass it (socket(7), ip(7), ipv6(7), unix(7)). */
final class SockAddr {
    private static final int AF_UNIX = 1;
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;

    private SockAddr() {}

    /** {@code ip:port}, or the path of a unix socket; empty if it is neither, or too short. */
    static String text(byte[] a) {
        int family = a.length < 2 ? 0 : a[0] & 0xff | (a[1] & 0xff) << 8;
        if (family == AF_INET && a.length >= 8) {
            return IpAddresses.format(IpAddresses.fromBytes(Arrays.copyOfRange(a, 4, 8))) + ":" + port(a);
        }
        if (family == AF_INET6 && a.length >= 24) {
            return IpAddresses.format(IpAddresses.fromBytes(Arrays.copyOfRange(a, 8, 24))) + ":" + port(a);
        }
        return family == AF_UNIX ? unixPath(new String(a, 2, a.length - 2, StandardCharsets.ISO_8859_1)) : "";
    }

    /** A path up to its end; an abstract name with {@code @} for its first, zero byte. */
    static String unixPath(String path) {
        boolean hidden = path.startsWith("\0");
        int end = path.indexOf(0, hidden ? 1 : 0);
        String visible = end < 0 ? path : path.substring(0, end);
        return hidden ? "@" + visible.substring(1) : visible;
    }

    private static int port(byte[] a) {
        return (a[2] & 0xff) << 8 | a[3] & 0xff;
    }
}
