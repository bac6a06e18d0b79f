package io.tiercel.functions.aws;

import io.tiercel.functions.audit.AuditLog;
import io.tiercel.functions.aws.dynamodb.DynamoDbAuditLog;
import io.tiercel.functions.aws.dynamodb.DynamoDbIncidentStore;
import io.tiercel.functions.aws.dynamodb.DynamoDbNotificationStore;
import io.tiercel.functions.aws.dynamodb.DynamoDbStateStore;
import io.tiercel.functions.aws.dynamodb.DynamoDbTokenReplayGuard;
import io.tiercel.functions.aws.dynamodb.IncidentTable;
import io.tiercel.functions.cloud.SignedHttpClient;
import io.tiercel.functions.cloud.SsmClient;
import io.tiercel.functions.enrich.AttackTechniques;
import io.tiercel.functions.enrich.Enricher;
import io.tiercel.functions.enrich.EnrichmentFile;
import io.tiercel.functions.enrich.EnrichmentSources;
import io.tiercel.functions.incident.IncidentRules;
import io.tiercel.functions.incident.IncidentRulesFile;
import io.tiercel.functions.incident.IncidentStore;
import io.tiercel.functions.interact.IncidentActions;
import io.tiercel.functions.interact.ManualCloser;
import io.tiercel.functions.notification.IncidentEventPublisher;
import io.tiercel.functions.notification.NotificationChannel;
import io.tiercel.functions.notification.NotificationDispatcher;
import io.tiercel.functions.notification.NotificationStore;
import io.tiercel.functions.notification.Routing;
import io.tiercel.functions.notification.file.InteractionConfig;
import io.tiercel.functions.notification.file.NotificationFile;
import io.tiercel.functions.notify.ConfiguredChannels;
import io.tiercel.functions.notify.InteractionEndpoint;
import io.tiercel.functions.notify.slack.SlackResponseUrlClient;
import io.tiercel.functions.notify.slack.SlackWebhookChannel;
import io.tiercel.functions.planning.AffectedTargets;
import io.tiercel.functions.respond.Responder;
import io.tiercel.functions.respond.ResponseRequestPublisher;
import io.tiercel.functions.secret.SecretResolver;
import io.tiercel.functions.stage.DeduplicateStage;
import io.tiercel.functions.stage.EnrichStage;
import io.tiercel.functions.stage.EnrichedAlertPublisher;
import io.tiercel.functions.stage.IncidentCloser;
import io.tiercel.functions.stage.SweepStage;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.ConfigProvider;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.sqs.SqsClient;

/**
 * Makes the domain out of AWS services. Region, credentials and endpoints come from the SDK's own chain. The environment
 * says the rest: {@code TIERCEL_TABLE}, the table; {@code TIERCEL_DEDUPLICATE_QUEUE_URL}, for enrich;
 * {@code TIERCEL_RESPOND_QUEUE_URL} and {@code TIERCEL_NOTIFY_QUEUE_URL}, for whoever changes incidents;
 * {@code TIERCEL_REFUSED_QUEUE_URL}, where what cannot be read is kept; {@code TIERCEL_CLUSTER} and
 * {@code TIERCEL_ASK}, for enrich; {@code TIERCEL_SLACK_SECRET}, name or ARN of the secret, for notify if it shall tell Slack.
 * {@code TIERCEL_INCIDENTS} (incident rules), {@code TIERCEL_ENRICHMENT} (lists and labels), {@code TIERCEL_RESPONSES} (policies)
 * and {@code TIERCEL_NOTIFICATIONS} (channels) name {@link ConfigurationFiles}.
 */
@Singleton
final class AwsProducers {
    private static final Logger LOG = Logger.getLogger(AwsProducers.class);

    private final InstantSource clock = InstantSource.system();
    /** Gives up long before a function does, so that a message fails for the true reason. */
    private final SdkHttpClient http = UrlConnectionHttpClient.builder()
            .connectionTimeout(Duration.ofSeconds(2))
            .socketTimeout(Duration.ofSeconds(5))
            .build();

    @Produces
    @Singleton
    IncidentTable table(@ConfigProperty(name = "tiercel.table") String name) {
        return new IncidentTable(DynamoDbClient.builder().httpClient(http).build(), name, clock);
    }

    /** Made by those functions alone that send. */
    @Produces
    @Singleton
    SqsClient queues() {
        return SqsClient.builder().httpClient(http).build();
    }

    @Produces
    @Singleton
    IncidentStore incidents(IncidentTable table) {
        return new DynamoDbIncidentStore(table);
    }

    @Produces
    @Singleton
    NotificationStore listRecords(IncidentTable table) {
        return new DynamoDbNotificationStore(table);
    }

    @Produces
    @Singleton
    IncidentEventPublisher bell(
            Instance<SqsClient> queues, @ConfigProperty(name = "tiercel.notify-queue-url") Optional<String> queueUrl) {
        return queueUrl.<IncidentEventPublisher>map(url -> new SqsIncidentEventPublisher(queues.get(), url, clock))
                .orElse(incidentId -> {
                    throw missing("TIERCEL_NOTIFY_QUEUE_URL", "nobody would hear of " + incidentId);
                });
    }

    @Produces
    @Singleton
    ResponseRequestPublisher responseRequests(
            Instance<SqsClient> queues, @ConfigProperty(name = "tiercel.respond-queue-url") Optional<String> queueUrl) {
        return queueUrl.<ResponseRequestPublisher>map(url -> new SqsResponseRequestPublisher(queues.get(), url))
                .orElse((incidentId, occasion) -> {
                    throw missing("TIERCEL_RESPOND_QUEUE_URL", "nobody would respond to " + incidentId);
                });
    }

    @Produces
    @Singleton
    EnrichedAlertPublisher enriched(
            Instance<SqsClient> queues,
            @ConfigProperty(name = "tiercel.deduplicate-queue-url") Optional<String> queueUrl) {
        return queueUrl.<EnrichedAlertPublisher>map(url -> new SqsEnrichedAlertPublisher(queues.get(), url))
                .orElse(alert -> {
                    throw missing("TIERCEL_DEDUPLICATE_QUEUE_URL", "an alert would be lost");
                });
    }

    @Produces
    @Singleton
    Optional<RejectedAlertQueue> refused(
            Instance<SqsClient> queues, @ConfigProperty(name = "tiercel.refused-queue-url") Optional<String> queueUrl) {
        return queueUrl.map(url -> new RejectedAlertQueue(queues.get(), url));
    }

    @Produces
    @Singleton
    ConfigurationFiles files() {
        return new ConfigurationFiles(
                reference -> secrets().resolve(reference).value(),
                name -> new SsmClient(SignedHttpClient.fromEnvironment(http)).parameter(name));
    }

    @Produces
    @Singleton
    IncidentRules rules(ConfigurationFiles files, @ConfigProperty(name = "tiercel.incidents") Optional<String> place) {
        return files.read("TIERCEL_INCIDENTS", place, IncidentRulesFile::read)
                .orElseGet(IncidentRulesFile::readDefault);
    }

    @Produces
    @Singleton
    EnrichStage enrichStage(
            IncidentRules rules,
            ConfigurationFiles files,
            @ConfigProperty(name = "tiercel.cluster") Optional<String> cluster,
            @ConfigProperty(name = "tiercel.enrichment") Optional<String> place,
            @ConfigProperty(name = "tiercel.ask") Optional<String> ask,
            @ConfigProperty(name = "tiercel.eks-cluster") Optional<String> eksCluster) {
        EnrichmentSources sources = files.read(
                        "TIERCEL_ENRICHMENT", place, (name, text) -> EnrichmentFile.read(Path.of(name), text))
                .orElse(EnrichmentSources.NONE);
        return new EnrichStage(
                new Enricher(
                        cluster.orElse(""),
                        AttackTechniques.load(),
                        Asking.with(sources, ask.orElse(""), eksCluster),
                        clock),
                rules);
    }

    @Produces
    @Singleton
    DynamoDbAuditLog audit(IncidentTable table) {
        return new DynamoDbAuditLog(table);
    }

    @Produces
    @Singleton
    DeduplicateStage deduplicateStage(
            IncidentTable table,
            IncidentStore incidents,
            IncidentRules rules,
            AuditLog audit,
            ResponseRequestPublisher respond,
            IncidentEventPublisher notify) {
        AffectedTargets scenes = new AffectedTargets(new DynamoDbStateStore(table));
        return new DeduplicateStage(incidents, scenes, rules, audit, respond, notify, clock);
    }

    @Produces
    @Singleton
    ResponseFactory responses(ConfigurationFiles files) {
        return new ResponseFactory(
                ConfigProvider.getConfig(),
                files,
                http,
                name -> secrets().resolve(name).value(),
                clock);
    }

    @Produces
    @Singleton
    Responder responder(
            ResponseFactory responses,
            IncidentTable table,
            IncidentStore incidents,
            AuditLog audit,
            ResponseRequestPublisher again,
            IncidentEventPublisher notify) {
        return new OverdueResponseLog(
                responses.responder(table, incidents, audit, again, notify),
                new DynamoDbStateStore(table),
                clock,
                LOG::warn);
    }

    @Produces
    @Singleton
    IncidentCloser closer(IncidentStore incidents, AuditLog audit, IncidentEventPublisher notify) {
        return new IncidentCloser(incidents, audit, notify, clock);
    }

    @Produces
    @Singleton
    SweepStage sweepStage(IncidentStore incidents, IncidentRules rules, Responder responder, IncidentCloser closer) {
        return new SweepStage(incidents, rules, responder, closer, clock);
    }

    @Produces
    @Singleton
    NotificationDispatcher announcer(
            IncidentStore incidents,
            NotificationStore announcements,
            Optional<NotificationFile> file,
            ResponseFactory responses,
            IncidentTable table,
            @ConfigProperty(name = "tiercel.slack-secret") Optional<String> slackSecret) {
        Optional<ConfiguredChannels> channels =
                file.map(read -> ConfiguredChannels.open(read, InteractionEndpoint.buttons(read.interact(), clock)));
        List<NotificationChannel> notifiers = new ArrayList<>();
        slackSecret.map(this::slack).ifPresent(notifiers::add);
        Set<String> always = notifiers.stream().map(NotificationChannel::name).collect(Collectors.toUnmodifiableSet());
        channels.ifPresent(read -> notifiers.addAll(read.channels()));
        return new NotificationDispatcher(
                incidents,
                announcements,
                responses.board(table),
                channels.map(read -> read.routing(always)).orElse(Routing.ALL_CHANNELS),
                notifiers,
                clock);
    }

    @Produces
    @Singleton
    Optional<NotificationFile> notifications(
            ConfigurationFiles files, @ConfigProperty(name = "tiercel.notifications") Optional<String> place) {
        return files.read("TIERCEL_NOTIFICATIONS", place, (name, text) -> NotificationFile.read(name, text, secrets()));
    }

    @Produces
    @Singleton
    InteractionEndpoint interactions(
            IncidentStore incidents,
            NotificationStore announcements,
            Responder responder,
            IncidentCloser closer,
            AuditLog audit,
            IncidentEventPublisher notify,
            IncidentTable table,
            Optional<NotificationFile> file) {
        ManualCloser closing = (incident, by) -> closer.close(incident.id(), by);
        return InteractionEndpoint.create(
                file.map(NotificationFile::interact).orElse(InteractionConfig.NONE),
                new IncidentActions(incidents, announcements, responder, closing, audit, notify, clock),
                new DynamoDbTokenReplayGuard(table),
                SlackResponseUrlClient.create()::reply,
                clock);
    }

    private static IllegalStateException missing(String variable, String consequence) {
        return new IllegalStateException(
                variable + " is not set: " + consequence + "; set it to the URL of the queue, as infra/terraform does");
    }

    private NotificationChannel slack(String secretId) {
        return new SlackWebhookChannel("slack", secrets().resolve("secret:" + secretId));
    }

    private SecretResolver secrets() {
        SecretsManagerClient manager =
                SecretsManagerClient.builder().httpClient(http).build();
        return SecretResolver.forFilesAndEnvironment(clock)
                .withScheme(
                        "secret",
                        id -> manager.getSecretValue(get -> get.secretId(id)).secretString());
    }
}
