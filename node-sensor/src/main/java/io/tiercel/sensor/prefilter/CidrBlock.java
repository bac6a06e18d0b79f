package io.tiercel.sensor.prefilter;

import io.tiercel.rules.match.IpNetwork;
import java.net.InetAddress;
import java.nio.ByteBuffer;

/**
 * A CIDR block in IPv6 form. IPv4 blocks are stored as IPv4-mapped IPv6 blocks.
 *
 * @param high upper 64 bits of the network address, in network order and masked
 * @param low lower 64 bits of the network address, in network order and masked
 * @param prefixLength length of the prefix in bits, 0 to 128
 */
record CidrBlock(long high, long low, int prefixLength) {
    /** All IPv4 addresses. */
    static final CidrBlock IPV4 = new CidrBlock(0, 0xffff_0000_0000L, 96);

    private static final CidrBlock ALL = new CidrBlock(0, 0, 0);
    private static final int IPV4_BYTES = 4;

    static CidrBlock of(InetAddress address) {
        return of(address.getAddress(), 8 * address.getAddress().length);
    }

    static CidrBlock of(IpNetwork network) {
        return of(network.address(), network.length());
    }

    private static CidrBlock of(byte[] address, int prefixLength) {
        if (address.length == IPV4_BYTES) {
            long ipv4 = ByteBuffer.wrap(address).getInt() & 0xffff_ffffL;
            int mappedLength = IPV4.prefixLength + prefixLength;
            return new CidrBlock(0, (IPV4.low | ipv4) & mask(mappedLength - Long.SIZE), mappedLength);
        }
        ByteBuffer bytes = ByteBuffer.wrap(address);
        CidrBlock block = new CidrBlock(
                bytes.getLong() & mask(prefixLength), bytes.getLong() & mask(prefixLength - Long.SIZE), prefixLength);
        return IPV4.covers(block) ? ALL : block;
    }

    /** Returns a mask for the given number of leading bits in one 64-bit half. */
    private static long mask(int bits) {
        return bits <= 0 ? 0 : bits >= Long.SIZE ? -1 : -1L << (Long.SIZE - bits);
    }

    long highMask() {
        return mask(prefixLength);
    }

    long lowMask() {
        return mask(prefixLength - Long.SIZE);
    }

    /** Returns true if this block contains every address of the other block. */
    boolean covers(CidrBlock other) {
        return prefixLength <= other.prefixLength
                && (other.high & highMask()) == high
                && (other.low & lowMask()) == low;
    }

    /**
     * Returns false for IPv6 blocks that contain the IPv4-mapped range. In rules, such a block never matches an IPv4
     * address, so classes cannot represent it.
     */
    boolean isSupported() {
        return !covers(IPV4) || equals(IPV4);
    }
}
