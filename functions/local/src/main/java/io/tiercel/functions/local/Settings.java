package io.tiercel.functions.local;

import io.tiercel.functions.notification.Secret;
import io.tiercel.functions.notification.Secrets;
import io.tiercel.functions.notification.SlackWebhook;
import io.tiercel.functions.notification.file.NotificationFile;
import io.tiercel.functions.yaml.YamlInvalid;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import org.eclipse.microprofile.config.Config;

/**
 * The server's settings.
 *
 * @param dataFolder {@code TIERCEL_DATA}
 * @param port {@code TIERCEL_PORT}
 * @param cluster {@code TIERCEL_CLUSTER}: label of the cluster that the alerts come from, or empty
 * @param slackWebhook {@code TIERCEL_SLACK_WEBHOOK}, or the content of the file {@code TIERCEL_SLACK_WEBHOOK_FILE}; a secret
 * @param notifications the file {@code TIERCEL_NOTIFICATIONS}: channels and routes
 */
record Settings(
        Path dataFolder,
        int port,
        String cluster,
        Optional<SlackWebhook> slackWebhook,
        Optional<NotificationFile> notifications) {
    static final int DEFAULT_PORT = 8466;
    static final String DEFAULT_DATA = ".tiercel/functions";
    private static final int MAX_SECRET_BYTES = 4096;

    /**
     * Reads the settings.
     *
     * @throws IllegalArgumentException if one is wrong; the message says which, without secrets
     */
    static Settings read(Config config) {
        String port = config.getOptionalValue("tiercel.port", String.class).orElse(Integer.toString(DEFAULT_PORT));
        String data = config.getOptionalValue("tiercel.data", String.class).orElse(DEFAULT_DATA);
        String cluster =
                config.getOptionalValue("tiercel.cluster", String.class).orElse("");
        return new Settings(
                Path.of(data),
                port(port),
                cluster,
                secret(config).map(Settings::slackWebhook),
                config.getOptionalValue("tiercel.notifications", String.class).map(Settings::notifications));
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

    private static SlackWebhook slackWebhook(String address) {
        SlackWebhook webhook =
                new SlackWebhook("slack", new Secret("TIERCEL_SLACK_WEBHOOK", () -> address, InstantSource.system()));
        webhook.checked();
        return webhook;
    }

    private static NotificationFile notifications(String file) {
        try {
            return NotificationFile.read(
                    file, Files.readString(Path.of(file)), Secrets.ofThisMachine(InstantSource.system()));
        } catch (IOException e) {
            throw new IllegalArgumentException("the file of TIERCEL_NOTIFICATIONS cannot be read: " + file);
        } catch (YamlInvalid e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private static Optional<String> secret(Config config) {
        Optional<String> direct = config.getOptionalValue("tiercel.slack.webhook", String.class);
        return direct.isPresent()
                ? direct
                : config.getOptionalValue("tiercel.slack.webhook.file", String.class)
                        .map(Settings::content);
    }

    private static String content(String file) {
        try (var stream = Files.newInputStream(Path.of(file))) {
            return new String(stream.readNBytes(MAX_SECRET_BYTES), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw new IllegalArgumentException("the file of TIERCEL_SLACK_WEBHOOK_FILE cannot be read: " + file);
        }
    }
}
