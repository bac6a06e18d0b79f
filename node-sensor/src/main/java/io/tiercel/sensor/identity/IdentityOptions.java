package io.tiercel.sensor.identity;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What the sensor proves about itself, and how.
 *
 * @param tokenFile file with a service account token; null for none
 * @param instanceDocument whether to send the signed EC2 instance identity document
 * @param instanceId where to read the EC2 instance id
 */
public record IdentityOptions(@Nullable Path tokenFile, boolean instanceDocument, InstanceIdMode instanceId) {
    /** Proves nothing and reads nothing. */
    public static final IdentityOptions NONE = new IdentityOptions(null, false, InstanceIdMode.OFF);

    /** Where to read the EC2 instance id. */
    public enum InstanceIdMode {
        /** From DMI. */
        DMI,
        /** From DMI, else from the EC2 instance metadata service. */
        IMDS,
        /** Nowhere. */
        OFF
    }
}
