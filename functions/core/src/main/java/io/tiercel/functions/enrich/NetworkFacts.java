package io.tiercel.functions.enrich;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The remote address of a connection.
 *
 * @param address IPv4 or IPv6
 * @param lists names of the configured lists that contain it, sorted
 * @param country ISO 3166 code, for example {@code NL}; null if unknown
 * @param city English name; null if unknown
 * @param asn number of the autonomous system; null if unknown
 * @param organization operator of the autonomous system; null if unknown
 */
public record NetworkFacts(
        String address,
        List<String> lists,
        @Nullable String country,
        @Nullable String city,
        @Nullable Long asn,
        @Nullable String organization) {}
