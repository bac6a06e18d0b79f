package io.tiercel.rules.check;

import io.tiercel.rules.match.IpNetwork;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The constants of a list operator, indexed so that the cost of a lookup does not depend on their number. */
public final class ConstantSet {
    private final List<Constant> constants;
    private final Set<String> texts = new HashSet<>();
    private final long[] numbers;
    private final Set<InetAddress> addresses = new HashSet<>();
    private final List<IpNetwork> networks = new ArrayList<>();

    ConstantSet(List<Constant> constants) {
        this.constants = List.copyOf(constants);
        long[] found = new long[constants.size()];
        int n = 0;
        for (Constant constant : constants) {
            switch (constant) {
                case Constant.Text(String text) -> texts.add(text);
                case Constant.Numeric(long value) -> found[n++] = value;
                case Constant.Address(InetAddress address) -> addresses.add(address);
                case Constant.Network(IpNetwork network) -> networks.add(network);
                case Constant.GlobPattern _, Constant.Regex _ ->
                    throw new IllegalArgumentException("patterns cannot be members of a set");
            }
        }
        numbers = Arrays.copyOf(found, n);
        Arrays.sort(numbers);
    }

    /** Returns the constants in the order of the condition. */
    public List<Constant> constants() {
        return constants;
    }

    public boolean contains(String text) {
        return texts.contains(text);
    }

    public boolean contains(long number) {
        return Arrays.binarySearch(numbers, number) >= 0;
    }

    /** Returns whether the set contains the address or a network that includes it. */
    public boolean contains(InetAddress address) {
        if (addresses.contains(address)) {
            return true;
        }
        if (networks.isEmpty()) {
            return false;
        }
        byte[] bytes = address.getAddress();
        for (int i = 0; i < networks.size(); i++) {
            if (networks.get(i).contains(bytes)) {
                return true;
            }
        }
        return false;
    }
}
