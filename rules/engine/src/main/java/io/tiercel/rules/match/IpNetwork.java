package io.tiercel.rules.match;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * An IP network, such as {@code 10.0.0.0/8}. Bits after the prefix are ignored. It never contains addresses of the
 * other address family.
 */
public final class IpNetwork {
    private static final int IPV4_BYTES = 4;

    private final byte[] address;
    private final int length;

    /** The first eight bytes of an IPv6 address, or the four bytes of an IPv4 address. */
    private final long high;

    private final long low;

    private IpNetwork(byte[] address, int length) {
        this.address = address;
        this.length = length;
        this.high = address.length == IPV4_BYTES ? word(address, 0) : half(address, 0);
        this.low = address.length == IPV4_BYTES ? 0 : half(address, 8);
    }

    // Fixed indexes allow the JIT compiler to prove that the array does not escape, and to avoid its allocation.

    private static int word(byte[] bytes, int at) {
        return bytes[at] << 24 | (bytes[at + 1] & 0xff) << 16 | (bytes[at + 2] & 0xff) << 8 | bytes[at + 3] & 0xff;
    }

    private static long half(byte[] bytes, int at) {
        return (long) word(bytes, at) << Integer.SIZE | word(bytes, at + 4) & 0xffff_ffffL;
    }

    /**
     * Parses a network. The prefix length is 0 to 32 for IPv4 and 1 to 128 for IPv6.
     *
     * @return null if the text is not a network
     */
    public static @Nullable IpNetwork parse(String text) {
        int slash = text.indexOf('/');
        InetAddress address = slash < 0 ? null : IpAddressParser.parse(text.substring(0, slash));
        String digits = text.substring(slash + 1);
        boolean decimal =
                !digits.isEmpty() && digits.length() <= 3 && digits.chars().allMatch(c -> c >= '0' && c <= '9');
        if (address == null || !decimal) {
            return null;
        }
        byte[] bytes = address.getAddress();
        int length = Integer.parseInt(digits);
        boolean fits = length <= bytes.length * 8 && (length > 0 || bytes.length == 4);
        return fits ? new IpNetwork(bytes, length) : null;
    }

    /** Returns whether the network contains the address. */
    public boolean contains(InetAddress candidate) {
        return contains(candidate.getAddress());
    }

    /** Returns whether the network contains the address with these bytes in network order. */
    public boolean contains(byte[] bytes) {
        if (bytes.length != address.length) {
            return false;
        }
        if (bytes.length == IPV4_BYTES) {
            return length == 0 || (word(bytes, 0) ^ (int) high) >>> (Integer.SIZE - length) == 0;
        }
        long upper = half(bytes, 0) ^ high;
        return length <= Long.SIZE
                ? upper >>> (Long.SIZE - length) == 0
                : upper == 0 && (half(bytes, 8) ^ low) >>> (2 * Long.SIZE - length) == 0;
    }
    /** Returns the bytes of the address, of which the first {@link #length} bits are significant. */
    public byte[] address() {
        return address.clone();
    }

    /** Returns the prefix length in bits. */
    public int length() {
        return length;
    }
}
