package io.tiercel.sensor.state;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** Addresses as text and as objects. */
final class Addresses {
    private static final int IPV4_SIZE = 4;

    private Addresses() {}

    /** An address of 4 or 16 bytes; one of IPv6 that maps an IPv4 address is that IPv4 address. */
    static InetAddress of(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("an address has 4 or 16 bytes, not " + bytes.length, e);
        }
    }

    /** IPv4 with dots; IPv6 in lower case, the first longest run of zeros left out (RFC 5952). */
    static String text(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (bytes.length == IPV4_SIZE) {
            return address.getHostAddress();
        }
        int[] groups = new int[8];
        for (int i = 0; i < 8; i++) {
            groups[i] = (bytes[2 * i] & 0xff) << 8 | bytes[2 * i + 1] & 0xff;
        }
        int best = -1;
        int bestLength = 1;
        for (int i = 0; i < 8; i++) {
            int j = i;
            while (j < 8 && groups[j] == 0) {
                j++;
            }
            if (j - i > bestLength) {
                best = i;
                bestLength = j - i;
            }
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 8; i++) {
            if (i == best) {
                text.append("::");
                i += bestLength - 1;
            } else {
                if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
                    text.append(':');
                }
                text.append(Integer.toHexString(groups[i]));
            }
        }
        return text.toString();
    }
}
