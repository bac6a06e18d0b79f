package io.tiercel.sensor.process;

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
 * The host names that rules compare with, and the addresses that they resolve to.
 *
 * <p>As in Falco, {@code fd.sip.name = example.com} is true if {@code example.com} resolves to the address. A reverse lookup
 * would let the owner of the address choose the name.
 */
public final class ResolvedHostNames {
    /** The maximum number of names. Further names are ignored. */
    private static final int MAX_NAMES = 4096;

    /** The maximum number of addresses of a name. Further addresses are ignored. */
    private static final int MAX_ADDRESSES = 64;

    private final Map<String, Set<InetAddress>> addresses = new TreeMap<>();
    private final Map<InetAddress, List<String>> names = new HashMap<>();

    /**
     * Replaces the addresses of a name.
     *
     * @param lines one address literal per line; empty to remove the name
     */
    void put(String name, String lines) {
        remove(name);
        if (lines.isEmpty() || addresses.size() >= MAX_NAMES) {
            return;
        }
        Set<InetAddress> resolved = new LinkedHashSet<>();
        lines.lines().limit(MAX_ADDRESSES).map(InetAddress::ofLiteral).forEach(resolved::add);
        addresses.put(name, resolved);
        for (InetAddress address : resolved) {
            List<String> all = new ArrayList<>(namesOf(address));
            all.add(name);
            names.put(address, List.copyOf(all));
        }
    }

    /** Returns the names that resolve to an address. */
    public List<String> namesOf(@Nullable InetAddress address) {
        return address == null ? List.of() : names.getOrDefault(address, List.of());
    }

    private void remove(String name) {
        Set<InetAddress> previous = addresses.remove(name);
        if (previous == null) {
            return;
        }
        for (InetAddress address : previous) {
            List<String> others = namesOf(address).stream()
                    .filter(other -> !other.equals(name))
                    .toList();
            if (others.isEmpty()) {
                names.remove(address);
            } else {
                names.put(address, others);
            }
        }
    }
}
