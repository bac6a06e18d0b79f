package io.tiercel.functions.enrich;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** Locates IP addresses with local data. */
@FunctionalInterface
public interface GeoIpSource {
    /** Returns the location of an address, or null if it is unknown. */
    @Nullable
    Location locate(InetAddress address);

    /**
     * The location of an address.
     *
     * @param country ISO 3166 code; null if unknown
     * @param city English name; null if unknown
     * @param asn number of the autonomous system; null if unknown
     * @param organization operator of the autonomous system; null if unknown
     */
    record Location(
            @Nullable String country,
            @Nullable String city,
            @Nullable Long asn,
            @Nullable String organization) {}
}
