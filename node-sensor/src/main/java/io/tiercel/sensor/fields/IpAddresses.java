package io.tiercel.sensor.fields;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** Converts IP addresses between bytes and text. */
public final class IpAddresses {
    private static final int IPV4_SIZE = 4;

    private IpAddresses() {}

    /** Returns the address of 4 or 16 bytes. Converts an IPv4-mapped IPv6 address to IPv4. */
    static InetAddress fromBytes(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("An address has 4 or 16 bytes, not " + bytes.length, e);
        }
    }

    /** Formats an address: IPv4 in dotted decimals, IPv6 as in RFC 5952. */
    public static String format(InetAddress address) {
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
