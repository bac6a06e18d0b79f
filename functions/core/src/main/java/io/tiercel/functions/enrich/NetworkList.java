package io.tiercel.functions.enrich;

import io.tiercel.rules.match.IpAddressParser;
import io.tiercel.rules.match.IpNetwork;
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
 * A list of networks, IPv4 and IPv6. A set per length of prefix: at most 33 or 128 questions to sets however long the list is.
 */
public final class NetworkList {
    /** Most networks of a list. */
    public static final int MAX_NETWORKS = 1_000_000;

    private static final int MAX_LINE = 200;

    private final Map<Integer, Set<ByteBuffer>> ipv4 = new HashMap<>();
    private final Map<Integer, Set<ByteBuffer>> ipv6 = new HashMap<>();
    private int size;

    private NetworkList() {}

    /**
     * Reads a list: a network ({@code 192.0.2.0/24}) or address on each line, then whatever stands behind a blank, {@code #} or
     * {@code ;}, which also begin comments.
     *
     * @param name for messages
     * @throws IllegalArgumentException if a line is neither, or there are too many; the message says which
     */
    public static NetworkList read(String name, Reader text) throws IOException {
        NetworkList list = new NetworkList();
        BufferedReader lines = new BufferedReader(text);
        int number = 0;
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            number++;
            String word = line.strip().split("[\\s#;,]", 2)[0];
            if (!word.isEmpty() && !list.add(word)) {
                String shown = word.length() <= MAX_LINE ? word : word.substring(0, MAX_LINE);
                throw new IllegalArgumentException(name + ":" + number + ": \"" + shown
                        + "\" is no network; write 192.0.2.0/24, 2001:db8::/32 or an address");
            }
            if (list.size > MAX_NETWORKS) {
                throw new IllegalArgumentException(name + ": more than " + MAX_NETWORKS + " networks");
            }
        }
        return list;
    }

    private boolean add(String word) {
        byte[] address;
        int length;
        if (word.indexOf('/') >= 0) {
            IpNetwork network = IpNetwork.parse(word);
            if (network == null) {
                return false;
            }
            address = network.address();
            length = network.length();
        } else {
            InetAddress single = IpAddressParser.parse(word);
            if (single == null) {
                return false;
            }
            address = single.getAddress();
            length = address.length * Byte.SIZE;
        }
        size++;
        family(address)
                .computeIfAbsent(length, unused -> new HashSet<>())
                .add(ByteBuffer.wrap(masked(address, length)));
        return true;
    }

    /** How many networks it was given. */
    public int size() {
        return size;
    }

    /** Whether an address is in one of them. */
    public boolean contains(InetAddress address) {
        byte[] bytes = address.getAddress();
        for (Map.Entry<Integer, Set<ByteBuffer>> ofLength : family(bytes).entrySet()) {
            if (ofLength.getValue().contains(ByteBuffer.wrap(masked(bytes, ofLength.getKey())))) {
                return true;
            }
        }
        return false;
    }

    private Map<Integer, Set<ByteBuffer>> family(byte[] address) {
        return address.length == Integer.BYTES ? ipv4 : ipv6;
    }

    private static byte[] masked(byte[] address, int length) {
        byte[] masked = address.clone();
        for (int i = 0; i < masked.length; i++) {
            int bits = Math.clamp((long) length - (long) i * Byte.SIZE, 0, Byte.SIZE);
            masked[i] &= (byte) (0xff << (Byte.SIZE - bits));
        }
        return masked;
    }
}
