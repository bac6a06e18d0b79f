package io.tiercel.functions.enrich;

import io.tiercel.rules.match.IpAddressParser;
import io.tiercel.rules.match.IpNetwork;
import io.tiercel.rules.text.TextLimit;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * A list of IPv4 and IPv6 networks. It has one hash set per prefix length, so a search needs at most 33 or 129 set lookups.
 */
public final class NetworkList {
    /** Maximum number of networks in a list. */
    public static final int MAX_NETWORKS = 1_000_000;

    private static final int MAX_LINE = 200;

    private final Map<Integer, Set<ByteBuffer>> ipv4 = new HashMap<>();
    private final Map<Integer, Set<ByteBuffer>> ipv6 = new HashMap<>();
    private int size;

    private NetworkList() {}

    /**
     * Reads a list with one network ({@code 192.0.2.0/24}) or address per line. A blank, {@code #}, {@code ;} or comma
     * starts a comment.
     *
     * @param name name of the list, for messages
     * @throws IllegalArgumentException if a line is invalid, or there are too many; the message contains the line number
     */
    public static NetworkList read(String name, Reader text) throws IOException {
        NetworkList list = new NetworkList();
        BufferedReader lines = new BufferedReader(text);
        int number = 0;
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            number++;
            String entry = line.strip().split("[\\s#;,]", 2)[0];
            if (!entry.isEmpty() && !list.add(entry)) {
                String shown = TextLimit.cut(entry, MAX_LINE);
                throw new IllegalArgumentException(name + ":" + number + ": \"" + shown
                        + "\" is not a network; write 192.0.2.0/24, 2001:db8::/32 or an address");
            }
            if (list.size > MAX_NETWORKS) {
                throw new IllegalArgumentException(name + ": the list has more than " + MAX_NETWORKS + " networks");
            }
        }
        return list;
    }

    private boolean add(String entry) {
        byte[] address;
        int length;
        if (entry.indexOf('/') >= 0) {
            IpNetwork network = IpNetwork.parse(entry);
            if (network == null) {
                return false;
            }
            address = network.address();
            length = network.length();
        } else {
            InetAddress single = IpAddressParser.parse(entry);
            if (single == null) {
                return false;
            }
            address = single.getAddress();
            length = address.length * Byte.SIZE;
        }
        size++;
        family(address).computeIfAbsent(length, unused -> new HashSet<>()).add(ByteBuffer.wrap(mask(address, length)));
        return true;
    }

    /** Returns the number of networks. */
    public int size() {
        return size;
    }

    /** Returns whether a network contains the address. */
    public boolean contains(InetAddress address) {
        byte[] bytes = address.getAddress();
        for (Map.Entry<Integer, Set<ByteBuffer>> sameLength : family(bytes).entrySet()) {
            if (sameLength.getValue().contains(ByteBuffer.wrap(mask(bytes, sameLength.getKey())))) {
                return true;
            }
        }
        return false;
    }

    private Map<Integer, Set<ByteBuffer>> family(byte[] address) {
        return address.length == Integer.BYTES ? ipv4 : ipv6;
    }

    private static byte[] mask(byte[] address, int length) {
        byte[] masked = address.clone();
        for (int i = 0; i < masked.length; i++) {
            int bits = Math.clamp((long) length - (long) i * Byte.SIZE, 0, Byte.SIZE);
            masked[i] &= (byte) (0xff << (Byte.SIZE - bits));
        }
        return masked;
    }
}
