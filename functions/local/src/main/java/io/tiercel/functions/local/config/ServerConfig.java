package io.tiercel.functions.local.config;

import io.tiercel.functions.config.InvalidConfiguration;
import io.tiercel.functions.enrich.EnrichmentFile;
import io.tiercel.functions.enrich.EnrichmentSources;
import io.tiercel.functions.incident.IncidentRules;
import io.tiercel.functions.incident.IncidentRulesFile;
import io.tiercel.functions.local.http.BearerToken;
import io.tiercel.functions.notification.file.NotificationFile;
import io.tiercel.functions.notify.slack.SlackWebhookChannel;
import io.tiercel.functions.secret.Secret;
import io.tiercel.functions.secret.SecretResolver;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import org.eclipse.microprofile.config.Config;

/**
 * The server's settings.
 *
 * @param dataFolder {@code TIERCEL_DATA}
 * @param host {@code TIERCEL_HOST}: the address to listen on, {@code 127.0.0.1} if not given
 * @param port {@code TIERCEL_PORT}
 * @param cluster {@code TIERCEL_CLUSTER}: label of the cluster that the alerts come from, or empty
 * @param slackWebhook {@code TIERCEL_SLACK_WEBHOOK}, or the content of the file {@code TIERCEL_SLACK_WEBHOOK_FILE}; a secret
 * @param notifications the file {@code TIERCEL_NOTIFICATIONS}: channels and routes
 * @param enrichment the file {@code TIERCEL_ENRICHMENT}: lists of networks, databases and labels
 * @param enrichSources {@code TIERCEL_ENRICH_SOURCES}: {@code aws}, {@code kubernetes}, {@code aws,kubernetes} or empty
 * @param incidents the file {@code TIERCEL_INCIDENTS}: how alerts become incidents; else what comes with Tiercel
 * @param token {@code TIERCEL_TOKEN}, or the content of the file {@code TIERCEL_TOKEN_FILE}: what those have to show who
 *     change anything; if not given, the server makes one in its data folder
 */
public record ServerConfig(
        Path dataFolder,
        InetAddress host,
        int port,
        String cluster,
        Optional<SlackWebhookChannel> slackWebhook,
        Optional<NotificationFile> notifications,
        EnrichmentSources enrichment,
        String enrichSources,
        IncidentRules incidents,
        Optional<BearerToken> token) {
    static final String DEFAULT_HOST = "127.0.0.1";
    static final int DEFAULT_PORT = 8466;
    static final String DEFAULT_DATA = ".tiercel/functions";
    private static final int MAX_SECRET_BYTES = 4096;

    /**
     * Reads the settings.
     *
     * @throws IllegalArgumentException if one is wrong; the message says which, without secrets
     */
    public static ServerConfig read(Config config) {
        String port = config.getOptionalValue("tiercel.port", String.class).orElse(Integer.toString(DEFAULT_PORT));
        String cluster =
                config.getOptionalValue("tiercel.cluster", String.class).orElse("");
        return new ServerConfig(
                dataFolder(config),
                host(config.getOptionalValue("tiercel.host", String.class).orElse(DEFAULT_HOST)),
                port(port),
                cluster,
                secret(config, "tiercel.slack.webhook").map(ServerConfig::slackWebhook),
                config.getOptionalValue("tiercel.notifications", String.class).map(ServerConfig::notifications),
                config.getOptionalValue("tiercel.enrichment", String.class)
                        .map(ServerConfig::enrichment)
                        .orElse(EnrichmentSources.NONE),
                config.getOptionalValue("tiercel.enrich-sources", String.class).orElse(""),
                IncidentRulesFile.readOrDefault(config.getOptionalValue("tiercel.incidents", String.class)),
                secret(config, "tiercel.token").map(BearerToken::of));
    }

    /** The folder alone, for commands that need nothing else. */
    public static Path dataFolder(Config config) {
        return Path.of(config.getOptionalValue("tiercel.data", String.class).orElse(DEFAULT_DATA));
    }

    private static InetAddress host(String text) {
        try {
            return text.equals("localhost") ? InetAddress.getLoopbackAddress() : InetAddress.ofLiteral(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("the host is an address of this machine to listen on, such as "
                    + DEFAULT_HOST + ", or 0.0.0.0 for all of them, not \"" + text + "\"");
        }
    }

    private static int port(String text) {
        try {
            int port = Integer.parseInt(text);
            if (port >= 1 && port <= 65_535) {
                return port;
            }
        } catch (NumberFormatException e) {
            // Told below.
        }
        throw new IllegalArgumentException("the port is a number from 1 to 65535, not \"" + text + "\"");
    }

    private static SlackWebhookChannel slackWebhook(String address) {
        SlackWebhookChannel webhook = new SlackWebhookChannel(
                "slack", new Secret("TIERCEL_SLACK_WEBHOOK", () -> address, InstantSource.system()));
        webhook.checkedAddress();
        return webhook;
    }

    private static NotificationFile notifications(String file) {
        try {
            return NotificationFile.read(
                    file,
                    Files.readString(Path.of(file)),
                    SecretResolver.forFilesAndEnvironment(InstantSource.system()));
        } catch (IOException e) {
            throw new IllegalArgumentException("the file of TIERCEL_NOTIFICATIONS cannot be read: " + file);
        } catch (InvalidConfiguration e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private static EnrichmentSources enrichment(String file) {
        try {
            return EnrichmentFile.read(Path.of(file));
        } catch (InvalidConfiguration e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private static Optional<String> secret(Config config, String key) {
        Optional<String> direct = config.getOptionalValue(key, String.class);
        return direct.isPresent()
                ? direct
                : config.getOptionalValue(key + ".file", String.class).map(file -> content(key, file));
    }

    private static String content(String key, String file) {
        try (var stream = Files.newInputStream(Path.of(file))) {
            return new String(stream.readNBytes(MAX_SECRET_BYTES), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            String variable = key.replace('.', '_').toUpperCase(Locale.ROOT) + "_FILE";
            throw new IllegalArgumentException("the file of " + variable + " cannot be read: " + file);
        }
    }
}
