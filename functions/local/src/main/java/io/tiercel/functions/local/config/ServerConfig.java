package io.tiercel.functions.local.config;

import io.tiercel.functions.channels.ChannelTypes;
import io.tiercel.functions.config.ExternalSystem;
import io.tiercel.functions.config.InvalidConfiguration;
import io.tiercel.functions.credential.IdentitySettings;
import io.tiercel.functions.enrich.EnrichmentFile;
import io.tiercel.functions.enrich.EnrichmentSources;
import io.tiercel.functions.incident.IncidentRules;
import io.tiercel.functions.incident.IncidentRulesFile;
import io.tiercel.functions.local.http.BearerToken;
import io.tiercel.functions.notification.file.NotificationFile;
import io.tiercel.functions.notify.slack.SlackWebhookChannel;
import io.tiercel.functions.privacy.PrivacyFile;
import io.tiercel.functions.privacy.PrivacySettings;
import io.tiercel.functions.secret.Secret;
import io.tiercel.functions.secret.SecretResolver;
import io.tiercel.rules.file.SecretFiles;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The validated settings of the server.
 *
 * @param dataDirectory {@code TIERCEL_DATA}: the data directory
 * @param host {@code TIERCEL_HOST}: the address to listen on
 * @param port {@code TIERCEL_PORT}: the port to listen on
 * @param cluster {@code TIERCEL_CLUSTER}: label of the cluster that the alerts come from, or empty
 * @param eksCluster {@code TIERCEL_EKS_CLUSTER}: name of the EKS cluster, whose Pod Identity associations are read
 * @param slackWebhook {@code TIERCEL_SLACK_WEBHOOK}, or the content of {@code TIERCEL_SLACK_WEBHOOK_FILE}
 * @param notifications {@code TIERCEL_NOTIFICATIONS}: channels and routes
 * @param enrichment {@code TIERCEL_ENRICHMENT}: network lists, databases and labels
 * @param enrichSources {@code TIERCEL_ENRICH_SOURCES}: {@code aws}, {@code kubernetes}, {@code aws,kubernetes} or empty
 * @param actions {@code TIERCEL_ACTIONS}: the external systems that responses may change
 * @param responses {@code TIERCEL_RESPONSES}: the file with response policies; empty for the default policies
 * @param incidents {@code TIERCEL_INCIDENTS}: the incident rules, or the default rules
 * @param token {@code TIERCEL_TOKEN}, or the content of {@code TIERCEL_TOKEN_FILE}: the bearer token of operators. Without it,
 *     the server generates a token in its data directory.
 * @param viewerToken {@code TIERCEL_VIEWER_TOKEN}, or the content of {@code TIERCEL_VIEWER_TOKEN_FILE}: the bearer token of operators who
 *     only read. Without it, the server generates one too.
 * @param intakeToken {@code TIERCEL_INTAKE_TOKEN}, or the content of {@code TIERCEL_INTAKE_TOKEN_FILE}: the token of senders that are not
 *     verified. Without it, they need none.
 * @param privacy {@code TIERCEL_PRIVACY}: the settings of data protection, or the default settings
 * @param identity {@code TIERCEL_IDENTITY_...}: the verification of senders
 */
public record ServerConfig(
        Path dataDirectory,
        InetAddress host,
        int port,
        String cluster,
        Optional<String> eksCluster,
        Optional<SlackWebhookChannel> slackWebhook,
        Optional<NotificationFile> notifications,
        EnrichmentSources enrichment,
        String enrichSources,
        Set<ExternalSystem> actions,
        Optional<String> responses,
        IncidentRules incidents,
        Optional<BearerToken> token,
        Optional<BearerToken> viewerToken,
        Optional<BearerToken> intakeToken,
        PrivacySettings privacy,
        IdentitySettings identity) {
    private static final int MAX_SECRET_BYTES = 4096;
    private static final int MAX_CERTIFICATE_BYTES = 256 * 1024;

    /**
     * Validates the settings.
     *
     * @throws IllegalArgumentException if a setting is invalid; the message names it and contains no secrets
     */
    public static ServerConfig read(ServerSettings settings) {
        InetAddress host = host(settings.host());
        IncidentRules incidents = IncidentRulesFile.readOrDefault(settings.incidents());
        PrivacySettings privacy = PrivacyFile.readOrDefault(settings.privacy());
        privacy.retention().requireLongerThan(incidents.longestQuiet());
        return new ServerConfig(
                Path.of(settings.data()),
                host,
                port(settings.port()),
                settings.cluster().orElse(""),
                settings.eksCluster(),
                secret(settings.slackWebhook(), "TIERCEL_SLACK_WEBHOOK_FILE", settings.slackWebhookFile())
                        .map(ServerConfig::slackWebhook),
                settings.notifications().map(ServerConfig::notifications),
                settings.enrichment().map(ServerConfig::enrichment).orElse(EnrichmentSources.NONE),
                settings.enrichSources().orElse(""),
                ExternalSystem.parse("TIERCEL_ACTIONS", settings.actions().orElse("")),
                settings.responses(),
                incidents,
                secret(settings.token(), "TIERCEL_TOKEN_FILE", settings.tokenFile())
                        .map(BearerToken::of),
                secret(settings.viewerToken(), "TIERCEL_VIEWER_TOKEN_FILE", settings.viewerTokenFile())
                        .map(BearerToken::of),
                secret(settings.intakeToken(), "TIERCEL_INTAKE_TOKEN_FILE", settings.intakeTokenFile())
                        .map(BearerToken::of),
                privacy,
                identity(settings));
    }

    private static IdentitySettings identity(ServerSettings settings) {
        Map<String, Optional<String>> values = Map.of(
                IdentitySettings.ISSUER, settings.identityIssuer(),
                IdentitySettings.AUDIENCE, settings.identityAudience(),
                IdentitySettings.SERVICE_ACCOUNT, settings.identityServiceAccount(),
                IdentitySettings.KEYS, settings.identityKeys(),
                IdentitySettings.EC2_CERTIFICATES, settings.identityEc2Certificates(),
                IdentitySettings.EC2_ACCOUNTS, settings.identityEc2Accounts(),
                IdentitySettings.CLIENT_CERTIFICATES, settings.identityClientCertificates(),
                IdentitySettings.REQUIRED, settings.identityRequired());
        return IdentitySettings.parse(
                name -> values.getOrDefault(name, Optional.empty()),
                (name, file) -> content(name, file, MAX_CERTIFICATE_BYTES));
    }

    private static InetAddress host(String text) {
        try {
            return text.equals("localhost") ? InetAddress.getLoopbackAddress() : InetAddress.ofLiteral(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("the host must be an IP address of this machine, such as 127.0.0.1,"
                    + " or 0.0.0.0 for all addresses, not \"" + text + "\"");
        }
    }

    private static int port(String text) {
        try {
            int port = Integer.parseInt(text);
            if (port >= 1 && port <= 65_535) {
                return port;
            }
        } catch (NumberFormatException e) {
            // The exception below names the value.
        }
        throw new IllegalArgumentException("the port must be a number from 1 to 65535, not \"" + text + "\"");
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
                    SecretResolver.forFilesAndEnvironment(InstantSource.system()),
                    ChannelTypes.ALL);
        } catch (IOException e) {
            throw new IllegalArgumentException("cannot read the file of TIERCEL_NOTIFICATIONS: " + file);
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

    private static Optional<String> secret(Optional<String> value, String variable, Optional<String> file) {
        return value.or(() -> file.map(name -> secretContent(variable, name)));
    }

    private static String secretContent(String variable, String file) {
        try {
            SecretFiles.check(Path.of(file));
        } catch (FileSystemException e) {
            // The text below names the variable.
        } catch (IOException e) {
            throw new IllegalArgumentException(variable + ": " + e.getMessage());
        }
        return content(variable, file, MAX_SECRET_BYTES);
    }

    private static String content(String variable, String file, int maxBytes) {
        try (var stream = Files.newInputStream(Path.of(file))) {
            return new String(stream.readNBytes(maxBytes), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw new IllegalArgumentException("cannot read the file of " + variable + ": " + file);
        }
    }
}
