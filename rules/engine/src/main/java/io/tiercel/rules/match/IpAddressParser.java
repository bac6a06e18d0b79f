package io.tiercel.rules.match;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/** Parses IP addresses without name resolution. */
public final class IpAddressParser {
    private static final int IPV6_BYTES = 16;

    private IpAddressParser() {}

    /**
     * Parses an IP address. Text with a dot is parsed as IPv4 with four decimal numbers, other text as IPv6.
     *
     * @return null if the text is not an IP address
     */
    public static @Nullable InetAddress parse(String text) {
        try {
            if (text.indexOf('.') >= 0) {
                byte[] bytes = ipv4(text);
                return bytes == null ? null : InetAddress.getByAddress(bytes);
            }
            boolean ipv6 = text.indexOf(':') >= 0
                    && text.chars().allMatch(c -> c == ':' || c < 0x80 && Character.digit(c, 16) >= 0);
            return ipv6 ? ipv6(text) : null;
        } catch (UnknownHostException | IllegalArgumentException e) {
            return null;
        }
    }

    /** Keeps IPv4-mapped addresses as IPv6. The JDK converts them to IPv4. */
    private static InetAddress ipv6(String text) throws UnknownHostException {
        InetAddress address = InetAddress.ofLiteral(text);
        byte[] bytes = address.getAddress();
        if (bytes.length == IPV6_BYTES) {
            return address;
        }
        byte[] mapped = new byte[IPV6_BYTES];
        mapped[10] = (byte) 0xff;
        mapped[11] = (byte) 0xff;
        System.arraycopy(bytes, 0, mapped, 12, bytes.length);
        return Inet6Address.getByAddress(null, mapped, null);
    }

    private static byte @Nullable [] ipv4(String text) {
        String[] parts = text.split("\\.", -1);
        if (parts.length != 4) {
            return null;
        }
        byte[] bytes = new byte[4];
        for (int i = 0; i < 4; i++) {
            String part = parts[i];
            boolean decimal =
                    !part.isEmpty() && part.length() <= 3 && part.chars().allMatch(c -> c >= '0' && c <= '9');
            if (!decimal || part.length() > 1 && part.charAt(0) == '0' || Integer.parseInt(part) > 255) {
                return null;
            }
            bytes[i] = (byte) Integer.parseInt(part);
        }
        return bytes;
    }
}
