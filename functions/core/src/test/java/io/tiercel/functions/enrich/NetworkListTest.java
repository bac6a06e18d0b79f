package io.tiercel.functions.enrich;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tiercel.rules.match.IpNetwork;
import java.io.StringReader;
import java.net.InetAddress;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Tag;

@Tag("unit")
class NetworkListTest {
    /** Compares the list with a linear search of the networks. */
    @Property(tries = 300)
    void contains_an_address_if_one_of_its_networks_does(
            @ForAll @Size(max = 20) List<@From("networks") String> networks, @ForAll("addresses") String address)
            throws Exception {
        NetworkList list =
                NetworkList.read("l", new StringReader(networks.stream().collect(Collectors.joining("\n"))));
        InetAddress candidate = InetAddress.ofLiteral(address);
        boolean expected = networks.stream()
                .anyMatch(network ->
                        Objects.requireNonNull(IpNetwork.parse(network)).contains(candidate));
        assertEquals(expected, list.contains(candidate));
        assertEquals(networks.size(), list.size());
    }

    /** Uses few distinct values, so that networks often contain addresses. */
    @Provide
    Arbitrary<String> addresses() {
        Arbitrary<Integer> part = Arbitraries.of(0, 1, 127, 128, 255);
        Arbitrary<String> ipv4 = part.list()
                .ofSize(4)
                .map(parts -> parts.stream().map(String::valueOf).collect(Collectors.joining(".")));
        Arbitrary<String> ipv6 =
                Arbitraries.of("2001", "2002", "0", "8000").list().ofSize(8).map(parts -> String.join(":", parts));
        return Arbitraries.oneOf(ipv4, ipv6);
    }

    @Provide
    Arbitrary<String> networks() {
        return addresses()
                .flatMap(address -> Arbitraries.integers()
                        .between(1, address.contains(":") ? 128 : 32)
                        .map(length -> address + "/" + length));
    }
}
