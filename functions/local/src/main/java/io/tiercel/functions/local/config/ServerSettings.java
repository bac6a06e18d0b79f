package io.tiercel.functions.local.config;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithName;
import io.tiercel.functions.credential.IdentitySettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigProvider;
import org.eclipse.microprofile.config.spi.ConfigSource;

/**
 * The raw settings of the server. Each comes from the environment variable {@code TIERCEL_...} of the same name, for example
 * {@code TIERCEL_SLACK_WEBHOOK_FILE}. {@link ServerConfig} validates them.
 */
@ConfigMapping(prefix = "tiercel")
public interface ServerSettings {
    /** The data directory. */
    @WithDefault(".tiercel/functions")
    String data();

    /** The address to listen on. */
    @WithDefault("127.0.0.1")
    String host();

    /** The port to listen on. */
    @WithDefault("8466")
    String port();

    /** Label of the cluster that the alerts come from. */
    Optional<String> cluster();

    /** Name of the EKS cluster, whose Pod Identity associations {@code iam:revoke-sessions} reads. */
    Optional<String> eksCluster();

    /** External systems that enrichment queries: {@code aws}, {@code kubernetes} or {@code aws,kubernetes}. */
    Optional<String> enrichSources();

    /** External systems that responses may change: {@code aws}, {@code kubernetes} or {@code aws,kubernetes}. */
    Optional<String> actions();

    /** File with incident rules. */
    Optional<String> incidents();

    /** File with network lists, databases and labels. */
    Optional<String> enrichment();

    /** File with the settings of data protection. */
    Optional<String> privacy();

    /** File with response policies. */
    Optional<String> responses();

    /** File with notification channels and routes. */
    Optional<String> notifications();

    /** Address of a Slack incoming webhook. */
    @WithName("slack.webhook")
    Optional<String> slackWebhook();

    /** File with the address of a Slack incoming webhook. */
    @WithName("slack.webhook.file")
    Optional<String> slackWebhookFile();

    /** Bearer token for requests that change state. */
    Optional<String> token();

    /** File with the bearer token. */
    @WithName("token.file")
    Optional<String> tokenFile();

    /** Bearer token for requests that read. */
    @WithName("viewer.token")
    Optional<String> viewerToken();

    /** File with the bearer token for requests that read. */
    @WithName("viewer.token.file")
    Optional<String> viewerTokenFile();

    /** Token of senders that have no other credential. */
    @WithName("intake.token")
    Optional<String> intakeToken();

    /** File with the token of such senders. */
    @WithName("intake.token.file")
    Optional<String> intakeTokenFile();

    /** {@link IdentitySettings#ISSUER}. */
    Optional<String> identityIssuer();

    /** {@link IdentitySettings#AUDIENCE}. */
    Optional<String> identityAudience();

    /** {@link IdentitySettings#SERVICE_ACCOUNT}. */
    Optional<String> identityServiceAccount();

    /** {@link IdentitySettings#KEYS}. */
    Optional<String> identityKeys();

    /** {@link IdentitySettings#EC2_CERTIFICATES}. */
    @WithName("identity-ec2-certificates")
    Optional<String> identityEc2Certificates();

    /** {@link IdentitySettings#EC2_ACCOUNTS}. */
    @WithName("identity-ec2-accounts")
    Optional<String> identityEc2Accounts();

    /** {@link IdentitySettings#CLIENT_CERTIFICATES}. */
    Optional<String> identityClientCertificates();

    /** {@link IdentitySettings#REQUIRED}. */
    Optional<String> identityRequired();

    /** The server's certificate chain, PEM. */
    @WithName("tls.certificate")
    Optional<String> tlsCertificate();

    /** The server's private key, PEM. */
    @WithName("tls.key")
    Optional<String> tlsKey();

    /** The CA certificates that sign client certificates, PEM. */
    @WithName("tls.authority")
    Optional<String> tlsAuthority();

    /** Reads the settings. Works before Quarkus has started, because the command line checks them first. */
    static ServerSettings load() {
        Config current = ConfigProvider.getConfig();
        List<ConfigSource> sources = new ArrayList<>();
        current.getConfigSources().forEach(sources::add);
        return new SmallRyeConfigBuilder()
                .withSources(sources)
                .addDefaultInterceptors()
                .withMapping(ServerSettings.class)
                .withValidateUnknown(false)
                .build()
                .getConfigMapping(ServerSettings.class);
    }
}
