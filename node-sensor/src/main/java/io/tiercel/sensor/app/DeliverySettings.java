package io.tiercel.sensor.app;

import io.tiercel.http.TlsFiles;
import io.tiercel.sensor.config.Config;
import io.tiercel.sensor.config.ConfigException;
import io.tiercel.sensor.config.Setting;
import io.tiercel.sensor.config.Settings;
import io.tiercel.sensor.identity.CredentialSource;
import io.tiercel.sensor.output.BatchTarget;
import io.tiercel.sensor.output.HttpBatchTarget;
import io.tiercel.sensor.output.ServerUrl;
import io.tiercel.sensor.sqs.SqsQueue;
import io.tiercel.sensor.sqs.SqsTarget;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The receiver of alerts that the settings configure: a server or an SQS queue. */
public final class DeliverySettings {
    private static final List<Setting> SERVER_SETTINGS = List.of(
            Settings.DELIVERY_CA,
            Settings.DELIVERY_CERTIFICATE,
            Settings.DELIVERY_KEY,
            Settings.DELIVERY_AUTHORIZATION,
            Settings.DELIVERY_AUTHORIZATION_FILE);
    private static final List<Setting> QUEUE_SETTINGS = List.of(Settings.SQS_REGION, Settings.SQS_ENDPOINT);

    private final Function<CredentialSource, BatchTarget> factory;

    private DeliverySettings(Function<CredentialSource, BatchTarget> factory) {
        this.factory = factory;
    }

    /**
     * Reads the settings without connecting. Returns null if delivery is not configured.
     *
     * @throws UserErrorException if the settings are invalid or contradict each other
     */
    public static @Nullable DeliverySettings read(Config config) {
        try {
            boolean server = config.has(Settings.DELIVERY_SERVER);
            boolean queue = config.has(Settings.SQS_QUEUE_URL);
            if (server && queue) {
                throw config.problem(
                        Settings.SQS_QUEUE_URL,
                        "alerts are delivered to one receiver, but " + config.origin(Settings.DELIVERY_SERVER)
                                + " also sets " + Settings.DELIVERY_SERVER.path());
            }
            rejectUnused(config, server, Settings.DELIVERY_SERVER, SERVER_SETTINGS);
            rejectUnused(config, queue, Settings.SQS_QUEUE_URL, QUEUE_SETTINGS);
            if (queue) {
                return queue(config);
            }
            return server ? server(config) : null;
        } catch (ConfigException e) {
            throw UserErrorException.input(String.valueOf(e.getMessage()));
        }
    }

    /** Rejects a setting without effect: it is a mistake, and a secret that is never sent protects nothing. */
    private static void rejectUnused(Config config, boolean configured, Setting address, List<Setting> details)
            throws ConfigException {
        for (Setting detail : details) {
            if (!configured && config.has(detail)) {
                throw config.problem(detail, "it has no effect without " + address.path());
            }
        }
    }

    private static DeliverySettings server(Config config) throws ConfigException {
        ServerUrl address;
        try {
            address = ServerUrl.parse(config.text(Settings.DELIVERY_SERVER));
        } catch (IllegalArgumentException e) {
            throw UserErrorException.input(config.origin(Settings.DELIVERY_SERVER) + ": " + e.getMessage());
        }
        TlsFiles tls =
                HttpCredentials.tls(config, Settings.DELIVERY_CA, Settings.DELIVERY_CERTIFICATE, Settings.DELIVERY_KEY);
        Map<String, String> headers =
                HttpCredentials.headers(config, Settings.DELIVERY_AUTHORIZATION, Settings.DELIVERY_AUTHORIZATION_FILE);
        return new DeliverySettings(identity -> new HttpBatchTarget(address, headers, tls, identity));
    }

    private static DeliverySettings queue(Config config) throws ConfigException {
        try {
            SqsQueue address = SqsQueue.parse(
                    config.text(Settings.SQS_QUEUE_URL),
                    config.text(Settings.SQS_REGION),
                    config.text(Settings.SQS_ENDPOINT));
            return new DeliverySettings(identity -> new SqsTarget(address, identity));
        } catch (IllegalArgumentException e) {
            throw config.problem(Settings.SQS_QUEUE_URL, String.valueOf(e.getMessage()));
        }
    }

    /**
     * Creates the target.
     *
     * @param identity credentials of the sensor, sent with each batch
     */
    BatchTarget createTarget(CredentialSource identity) {
        return factory.apply(identity);
    }
}
