package io.tiercel.sensor.cli;

import io.tiercel.sensor.config.Config;
import io.tiercel.sensor.config.ConfigException;
import io.tiercel.sensor.config.Key;
import io.tiercel.sensor.config.Keys;
import io.tiercel.sensor.output.AlertPost;
import io.tiercel.sensor.output.BatchTarget;
import io.tiercel.sensor.output.ServerAddress;
import io.tiercel.sensor.output.TlsFiles;
import io.tiercel.sensor.sqs.SqsQueue;
import io.tiercel.sensor.sqs.SqsTarget;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Where the settings want alerts delivered to. */
final class Receiver {
    private static final List<Key> OF_SERVERS = List.of(
            Keys.DELIVERY_CA,
            Keys.DELIVERY_CERTIFICATE,
            Keys.DELIVERY_KEY,
            Keys.DELIVERY_AUTHORIZATION,
            Keys.DELIVERY_AUTHORIZATION_FILE);
    private static final List<Key> OF_QUEUES = List.of(Keys.SQS_REGION, Keys.SQS_ENDPOINT);

    private final Supplier<BatchTarget> opener;

    private Receiver(Supplier<BatchTarget> opener) {
        this.opener = opener;
    }

    /**
     * Reads the settings and connects to nothing; null if alerts are delivered nowhere.
     *
     * @throws CliFailure if they are wrong, or contradict each other
     */
    static @Nullable Receiver of(Config config) {
        try {
            boolean server = config.has(Keys.DELIVERY_SERVER);
            boolean queue = config.has(Keys.SQS_QUEUE_URL);
            if (server && queue) {
                throw config.wrong(
                        Keys.SQS_QUEUE_URL,
                        "alerts are delivered to one place, and " + config.origin(Keys.DELIVERY_SERVER)
                                + " gives another, " + Keys.DELIVERY_SERVER.path());
            }
            without(config, server, Keys.DELIVERY_SERVER, OF_SERVERS);
            without(config, queue, Keys.SQS_QUEUE_URL, OF_QUEUES);
            if (queue) {
                return queue(config);
            }
            return server ? server(config) : null;
        } catch (ConfigException e) {
            throw new CliFailure(ExitCode.BAD_INPUT, String.valueOf(e.getMessage()));
        }
    }

    /** A setting that would do nothing is a mistake: a secret that goes nowhere protects nothing. */
    private static void without(Config config, boolean given, Key address, List<Key> details) throws ConfigException {
        for (Key detail : details) {
            if (!given && config.has(detail)) {
                throw config.wrong(detail, "it says how alerts are delivered, but there is no " + address.path());
            }
        }
    }

    private static Receiver server(Config config) throws ConfigException {
        ServerAddress address;
        try {
            address = ServerAddress.parse(config.text(Keys.DELIVERY_SERVER));
        } catch (IllegalArgumentException e) {
            throw new CliFailure(ExitCode.BAD_INPUT, config.origin(Keys.DELIVERY_SERVER) + ": " + e.getMessage());
        }
        TlsFiles tls = HttpSecrets.tls(config, Keys.DELIVERY_CA, Keys.DELIVERY_CERTIFICATE, Keys.DELIVERY_KEY);
        Map<String, String> headers =
                HttpSecrets.headers(config, Keys.DELIVERY_AUTHORIZATION, Keys.DELIVERY_AUTHORIZATION_FILE);
        return new Receiver(() -> new AlertPost(address, headers, tls));
    }

    private static Receiver queue(Config config) throws ConfigException {
        try {
            SqsQueue address = SqsQueue.parse(
                    config.text(Keys.SQS_QUEUE_URL), config.text(Keys.SQS_REGION), config.text(Keys.SQS_ENDPOINT));
            return new Receiver(() -> new SqsTarget(address));
        } catch (IllegalArgumentException e) {
            throw config.wrong(Keys.SQS_QUEUE_URL, String.valueOf(e.getMessage()));
        }
    }

    /** Makes ready to deliver. */
    BatchTarget open() {
        return opener.get();
    }
}
