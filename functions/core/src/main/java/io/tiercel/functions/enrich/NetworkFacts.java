package io.tiercel.functions.enrich;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The address at the other end of a connection.
 *
 * @param address IPv4 or IPv6
 * @param lists names of the configured lists that hold it, sorted
 * @param country ISO 3166 code, e.g. {@code NL}; null where unknown
 * @param city its English name; null where unknown
 * @param asn number of the autonomous system; null where unknown
 * @param organisation who runs that; null where unknown
 */
public record NetworkFacts(
        String address,
        List<String> lists,
        @Nullable String country,
        @Nullable String city,
        @Nullable Long asn,
        @Nullable String organisation) {}
