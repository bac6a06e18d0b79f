package io.tiercel.functions.enrich;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** Knows where addresses are, without asking anybody. */
@FunctionalInterface
public interface GeoIpSource {
    /** Where an address is; null if it is not known. */
    @Nullable
    Place of(InetAddress address);

    /**
     * A place.
     *
     * @param country ISO 3166 code; null where unknown
     * @param city its English name; null where unknown
     * @param asn number of the autonomous system; null where unknown
     * @param organisation who runs that; null where unknown
     */
    record Place(
            @Nullable String country,
            @Nullable String city,
            @Nullable Long asn,
            @Nullable String organisation) {}
}
