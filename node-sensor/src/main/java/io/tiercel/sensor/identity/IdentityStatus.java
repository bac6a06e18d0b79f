package io.tiercel.sensor.identity;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The state of the configured credentials, for metrics.
 *
 * @param available whether the sensor has the credential, by its name: {@code token}, {@code instance_document}
 * @param tokenExpires when the token expires, in seconds since the epoch; null if unknown
 */
public record IdentityStatus(
        Map<String, Boolean> available, @Nullable Long tokenExpires) {
    public IdentityStatus {
        available = Map.copyOf(available);
    }
}
