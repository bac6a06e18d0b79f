package io.tiercel.sensor.state;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which host names an address belongs to, of those that rules compare with.
 *
 * <p>Falco's meaning of {@code fd.sip.name = example.com}: not what a server of names says about the address, which its
 * owner chooses, but whether the address is one of that name's.
 */
final class HostNames {
    /** Names that are known at once; further ones are not taken. */
    private static final int MAX_NAMES = 4096;

    /** Addresses of one name; further ones are not taken. */
    private static final int MAX_ADDRESSES = 64;

    private final Map<String, Set<InetAddress>> addresses = new TreeMap<>();
    private final Map<InetAddress, List<String>> names = new HashMap<>();

    /** Replaces a name's addresses: one a line, as {@link Addresses#text} writes them. */
    void put(String name, String lines) {
        forget(name);
        if (lines.isEmpty() || addresses.size() >= MAX_NAMES) {
            return;
        }
        Set<InetAddress> found = new LinkedHashSet<>();
        lines.lines().limit(MAX_ADDRESSES).map(InetAddress::ofLiteral).forEach(found::add);
        addresses.put(name, found);
        for (InetAddress address : found) {
            List<String> all = new ArrayList<>(of(address));
            all.add(name);
            names.put(address, List.copyOf(all));
        }
    }

    /** The names of an address; empty if it has none. */
    List<String> of(@Nullable InetAddress address) {
        return address == null ? List.of() : names.getOrDefault(address, List.of());
    }

    private void forget(String name) {
        Set<InetAddress> old = addresses.remove(name);
        if (old == null) {
            return;
        }
        for (InetAddress address : old) {
            List<String> left =
                    of(address).stream().filter(other -> !other.equals(name)).toList();
            if (left.isEmpty()) {
                names.remove(address);
            } else {
                names.put(address, left);
            }
        }
    }
}
