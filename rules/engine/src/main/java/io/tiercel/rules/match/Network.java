package io.tiercel.rules.match;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * A block of addresses: {@code 10.0.0.0/8}. Bits behind the prefix are ignored; an address of the other family is never
 * in it.
 */
public final class Network {
    private final byte[] address;
    private final int length;

    private Network(byte[] address, int length) {
        this.address = address;
        this.length = length;
    }

    /**
     * Reads address and prefix length, 0 to 32 for IPv4 and 1 to 128 for IPv6.
     *
     * @return null if it is no network
     */
    public static @Nullable Network parse(String text) {
        int slash = text.indexOf('/');
        InetAddress address = slash < 0 ? null : Addresses.parse(text.substring(0, slash));
        String digits = text.substring(slash + 1);
        boolean decimal =
                !digits.isEmpty() && digits.length() <= 3 && digits.chars().allMatch(c -> c >= '0' && c <= '9');
        if (address == null || !decimal) {
            return null;
        }
        byte[] bytes = address.getAddress();
        int length = Integer.parseInt(digits);
        boolean fits = length <= bytes.length * 8 && (length > 0 || bytes.length == 4);
        return fits ? new Network(bytes, length) : null;
    }

    /** Whether the address lies in the block. */
    public boolean contains(InetAddress candidate) {
        return contains(candidate.getAddress());
    }

    /** Whether the address of these bytes, in network order, lies in the block. */
    public boolean contains(byte[] bytes) {
        if (bytes.length != address.length) {
            return false;
        }
        int whole = length / 8;
        for (int i = 0; i < whole; i++) {
            if (bytes[i] != address[i]) {
                return false;
            }
        }
        int rest = length % 8;
        return rest == 0 || (bytes[whole] ^ address[whole]) >> (8 - rest) == 0;
    }

    /** Bytes of the address, of which the first {@link #length} bits count. */
    public byte[] address() {
        return address.clone();
    }

    /** Length of the prefix in bits. */
    public int length() {
        return length;
    }
}
