package io.tiercel.sensor.app;

import io.tiercel.sensor.config.Config;
import io.tiercel.sensor.config.Settings;
import io.tiercel.sensor.identity.IdentityOptions;
import io.tiercel.sensor.identity.IdentityOptions.InstanceIdMode;
import java.util.Locale;
import java.util.Optional;

/** The settings of the sensor's identity. */
final class IdentitySettings {
    private IdentitySettings() {}

    static IdentityOptions options(Config config) {
        return new IdentityOptions(
                config.file(Settings.IDENTITY_TOKEN_FILE),
                config.isEnabled(Settings.IDENTITY_INSTANCE_DOCUMENT),
                InstanceIdMode.valueOf(
                        config.text(Settings.IDENTITY_INSTANCE_ID).toUpperCase(Locale.ROOT)));
    }

    /** Returns a message if a fixed Authorization header replaces the token. */
    static Optional<String> note(Config config) {
        boolean fixed = config.has(Settings.DELIVERY_AUTHORIZATION) || config.has(Settings.DELIVERY_AUTHORIZATION_FILE);
        return fixed && config.has(Settings.IDENTITY_TOKEN_FILE)
                ? Optional.of("the sensor sends " + Settings.DELIVERY_AUTHORIZATION.path() + " instead of the token in "
                        + Settings.IDENTITY_TOKEN_FILE.path() + ", so the receiver cannot verify the sensor by it")
                : Optional.empty();
    }
}
