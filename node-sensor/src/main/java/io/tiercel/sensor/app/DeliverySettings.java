package io.tiercel.sensor.app;

import io.tiercel.sensor.config.Config;
import io.tiercel.sensor.config.ConfigException;
import io.tiercel.sensor.config.Setting;
import io.tiercel.sensor.config.Settings;
import io.tiercel.sensor.output.BatchTarget;
import io.tiercel.sensor.output.HttpBatchTarget;
import io.tiercel.sensor.output.ServerUrl;
import io.tiercel.sensor.output.TlsFiles;
import io.tiercel.sensor.sqs.SqsQueue;
import io.tiercel.sensor.sqs.SqsTarget;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Where the settings want alerts delivered to. */
public final class DeliverySettings {
    private static final List<Setting> OF_SERVERS = List.of(
            Settings.DELIVERY_CA,
            Settings.DELIVERY_CERTIFICATE,
            Settings.DELIVERY_KEY,
            Settings.DELIVERY_AUTHORIZATION,
            Settings.DELIVERY_AUTHORIZATION_FILE);
    private static final List<Setting> OF_QUEUES = List.of(Settings.SQS_REGION, Settings.SQS_ENDPOINT);

    private final Supplier<BatchTarget> opener;

    private DeliverySettings(Supplier<BatchTarget> opener) {
        this.opener = opener;
    }

    /**
     * Reads the settings and connects to nothing; null if alerts are delivered nowhere.
     *
     * @throws UserErrorException if they are wrong, or contradict each other
     */
    public static @Nullable DeliverySettings of(Config config) {
        try {
            boolean server = config.has(Settings.DELIVERY_SERVER);
            boolean queue = config.has(Settings.SQS_QUEUE_URL);
            if (server && queue) {
                throw config.wrong(
                        Settings.SQS_QUEUE_URL,
                        "alerts are delivered to one place, and " + config.origin(Settings.DELIVERY_SERVER)
                                + " gives another, " + Settings.DELIVERY_SERVER.path());
            }
            without(config, server, Settings.DELIVERY_SERVER, OF_SERVERS);
            without(config, queue, Settings.SQS_QUEUE_URL, OF_QUEUES);
            if (queue) {
                return queue(config);
            }
            return server ? server(config) : null;
        } catch (ConfigException e) {
            throw UserErrorException.input(String.valueOf(e.getMessage()));
        }
    }

    /** A setting that would do nothing is a mistake: a secret that goes nowhere protects nothing. */
    private static void without(Config config, boolean given, Setting address, List<Setting> details)
            throws ConfigException {
        for (Setting detail : details) {
            if (!given && config.has(detail)) {
                throw config.wrong(detail, "it says how alerts are delivered, but there is no " + address.path());
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
        return new DeliverySettings(() -> new HttpBatchTarget(address, headers, tls));
    }

    private static DeliverySettings queue(Config config) throws ConfigException {
        try {
            SqsQueue address = SqsQueue.parse(
                    config.text(Settings.SQS_QUEUE_URL),
                    config.text(Settings.SQS_REGION),
                    config.text(Settings.SQS_ENDPOINT));
            return new DeliverySettings(() -> new SqsTarget(address));
        } catch (IllegalArgumentException e) {
            throw config.wrong(Settings.SQS_QUEUE_URL, String.valueOf(e.getMessage()));
        }
    }

    /** Makes ready to deliver. */
    BatchTarget open() {
        return opener.get();
    }
}
