package io.tiercel.sensor.fields;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Formats a {@code struct sockaddr} that a program passed (socket(7), ip(7), ipv6(7), unix(7)). */
final class SockAddr {
    private static final int AF_UNIX = 1;
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;

    private SockAddr() {}

    /** Returns {@code ip:port} or the path of a unix socket; empty for other families and truncated addresses. */
    static String format(byte[] a) {
        int family = a.length < 2 ? 0 : a[0] & 0xff | (a[1] & 0xff) << 8;
        if (family == AF_INET && a.length >= 8) {
            return IpAddresses.format(IpAddresses.fromBytes(Arrays.copyOfRange(a, 4, 8))) + ":" + port(a);
        }
        if (family == AF_INET6 && a.length >= 24) {
            return IpAddresses.format(IpAddresses.fromBytes(Arrays.copyOfRange(a, 8, 24))) + ":" + port(a);
        }
        return family == AF_UNIX ? unixPath(new String(a, 2, a.length - 2, StandardCharsets.ISO_8859_1)) : "";
    }

    /** Returns the path up to its NUL. In an abstract name, {@code @} replaces the leading NUL. */
    static String unixPath(String path) {
        boolean abstractName = path.startsWith("\0");
        int end = path.indexOf(0, abstractName ? 1 : 0);
        String visible = end < 0 ? path : path.substring(0, end);
        return abstractName ? "@" + visible.substring(1) : visible;
    }

    private static int port(byte[] a) {
        return (a[2] & 0xff) << 8 | a[3] & 0xff;
    }
}
