package io.tiercel.sensor.prefilter;

import io.tiercel.rules.match.Network;
import java.net.InetAddress;
import java.nio.ByteBuffer;

/**
 * A block of addresses, as of IPv6: IPv4 addresses are mapped ones.
 *
 * @param high the first half in network order, without the bits behind the prefix
 * @param low the second half, likewise
 * @param length of the prefix in bits, 0 to 128
 */
record CidrBlock(long high, long low, int length) {
    /** All IPv4 addresses. */
    static final CidrBlock IPV4 = new CidrBlock(0, 0xffff_0000_0000L, 96);

    private static final CidrBlock EVERYTHING = new CidrBlock(0, 0, 0);
    private static final int IPV4_BYTES = 4;

    static CidrBlock of(InetAddress address) {
        return of(address.getAddress(), 8 * address.getAddress().length);
    }

    static CidrBlock of(Network network) {
        return of(network.address(), network.length());
    }

    private static CidrBlock of(byte[] address, int length) {
        if (address.length == IPV4_BYTES) {
            long four = ByteBuffer.wrap(address).getInt() & 0xffff_ffffL;
            int whole = IPV4.length + length;
            return new CidrBlock(0, (IPV4.low | four) & mask(whole - Long.SIZE), whole);
        }
        ByteBuffer bytes = ByteBuffer.wrap(address);
        CidrBlock block =
                new CidrBlock(bytes.getLong() & mask(length), bytes.getLong() & mask(length - Long.SIZE), length);
        return IPV4.covers(block) ? EVERYTHING : block;
    }

    /** The first bits of a half. */
    private static long mask(int bits) {
        return bits <= 0 ? 0 : bits >= Long.SIZE ? -1 : -1L << (Long.SIZE - bits);
    }

    long highMask() {
        return mask(length);
    }

    long lowMask() {
        return mask(length - Long.SIZE);
    }

    /** Whether every address of another block is in this one. */
    boolean covers(CidrBlock other) {
        return length <= other.length && (other.high & highMask()) == high && (other.low & lowMask()) == low;
    }

    /** Whether it is no block of IPv6 that mapped addresses are in: rules never find IPv4 addresses in those. */
    boolean plain() {
        return !covers(IPV4) || equals(IPV4);
    }
}
