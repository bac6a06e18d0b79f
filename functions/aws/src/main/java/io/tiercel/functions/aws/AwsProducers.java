package io.tiercel.functions.aws;

import io.quarkus.arc.DefaultBean;
import io.tiercel.functions.audit.AuditLog;
import io.tiercel.functions.aws.dynamodb.AuditTable;
import io.tiercel.functions.aws.dynamodb.DynamoDbAuditLog;
import io.tiercel.functions.aws.dynamodb.DynamoDbIncidentStore;
import io.tiercel.functions.aws.dynamodb.DynamoDbNotificationStore;
import io.tiercel.functions.aws.dynamodb.DynamoDbStateStore;
import io.tiercel.functions.aws.dynamodb.IncidentTable;
import io.tiercel.functions.credential.IdentitySettings;
import io.tiercel.functions.credential.SenderIdentity;
import io.tiercel.functions.enrich.AttackTechniques;
import io.tiercel.functions.enrich.Enricher;
import io.tiercel.functions.enrich.EnrichmentFile;
import io.tiercel.functions.enrich.EnrichmentSources;
import io.tiercel.functions.fleet.Fleet;
import io.tiercel.functions.incident.IncidentRules;
import io.tiercel.functions.incident.IncidentRulesFile;
import io.tiercel.functions.incident.IncidentStore;
import io.tiercel.functions.lookup.AwsConnection;
import io.tiercel.functions.notification.IncidentEventPublisher;
import io.tiercel.functions.notification.NotificationStore;
import io.tiercel.functions.notification.ResponseStatusProvider;
import io.tiercel.functions.notification.silence.SilenceMaintenance;
import io.tiercel.functions.planning.AffectedTargets;
import io.tiercel.functions.planning.PlanPreview;
import io.tiercel.functions.privacy.PrivacyFile;
import io.tiercel.functions.privacy.PrivacySettings;
import io.tiercel.functions.privacy.Redactor;
import io.tiercel.functions.respond.Responder;
import io.tiercel.functions.respond.ResponseRequestPublisher;
import io.tiercel.functions.respond.guard.KillSwitch;
import io.tiercel.functions.secret.SecretResolver;
import io.tiercel.functions.stage.DeduplicateStage;
import io.tiercel.functions.stage.EnrichStage;
import io.tiercel.functions.stage.EnrichedAlertPublisher;
import io.tiercel.functions.stage.IncidentCloser;
import io.tiercel.functions.stage.ScheduledAuditMaintenance;
import io.tiercel.functions.stage.SensorHealthPublisher;
import io.tiercel.functions.stage.SilentNodes;
import io.tiercel.functions.stage.SweepStage;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.sqs.SqsClient;

/**
 * CDI producers that connect the domain to AWS services. Region, credentials and endpoints come from the AWS SDK's
 * default chain, everything else from {@link FunctionSettings}.
 */
@Singleton
final class AwsProducers {
    private static final Logger LOG = Logger.getLogger(AwsProducers.class);

    private final InstantSource clock = InstantSource.system();

    private final FunctionSettings settings;

    /** Times out long before the function does, so that a failed message has the actual reason. */
    private final SdkHttpClient http = UrlConnectionHttpClient.builder()
            .connectionTimeout(Duration.ofSeconds(2))
            .socketTimeout(Duration.ofSeconds(5))
            .build();

    @Inject
    AwsProducers(FunctionSettings settings) {
        this.settings = settings;
    }

    @Produces
    @Singleton
    IncidentTable table(PrivacySettings privacy) {
        String name = settings.table()
                .orElseThrow(() -> new IllegalStateException(
                        "TIERCEL_TABLE is not set; set it to the name of the table (infra/terraform does this)"));
        return new IncidentTable(DynamoDbClient.builder().httpClient(http).build(), name, clock, privacy.retention());
    }

    @Produces
    @Singleton
    PrivacySettings privacy(ConfigurationFiles files, IncidentRules rules) {
        PrivacySettings privacy = files.read("TIERCEL_PRIVACY", settings.privacy(), PrivacyFile::read)
                .orElse(PrivacySettings.DEFAULT);
        privacy.retention().requireLongerThan(rules.longestQuiet());
        return privacy;
    }

    @Produces
    @Singleton
    Redactor redactor(PrivacySettings privacy) {
        return new Redactor(privacy);
    }

    /** Created only in functions that send messages. */
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
    NotificationStore notificationStore(IncidentTable table) {
        return new DynamoDbNotificationStore(table);
    }

    @Produces
    @Singleton
    IncidentEventPublisher incidentEventPublisher(Instance<SqsClient> queues) {
        return settings.notifyQueueUrl()
                .<IncidentEventPublisher>map(url -> new SqsIncidentEventPublisher(
                        queues.get(), url, settings.notifyUnverifiedQueueUrl().orElse(url)))
                .orElse((incidentId, change) -> {
                    throw missing(
                            "TIERCEL_NOTIFY_QUEUE_URL",
                            "notifications about incident " + incidentId + " cannot be sent");
                });
    }

    @Produces
    @Singleton
    ResponseRequestPublisher responseRequests(Instance<SqsClient> queues) {
        return settings.respondQueueUrl()
                .<ResponseRequestPublisher>map(url ->
                        new SqsResponseRequestPublisher(queues.get(), urgency -> switch (urgency) {
                            case VERIFIED_URGENT ->
                                settings.respondUrgentQueueUrl().orElse(url);
                            case VERIFIED -> url;
                            case UNVERIFIED ->
                                settings.respondUnverifiedQueueUrl().orElse(url);
                        }))
                .orElse(request -> {
                    throw missing(
                            "TIERCEL_RESPOND_QUEUE_URL",
                            "responses to incident " + request.incidentId() + " cannot be requested");
                });
    }

    @Produces
    @Singleton
    EnrichedAlertPublisher enrichedAlerts(Instance<SqsClient> queues) {
        return settings.deduplicateQueueUrl()
                .<EnrichedAlertPublisher>map(url -> new SenderMismatchLog(enrichedQueues(queues.get(), url), LOG::warn))
                .orElse(alert -> {
                    throw missing("TIERCEL_DEDUPLICATE_QUEUE_URL", "enriched alerts cannot be passed on");
                });
    }

    @Produces
    @Singleton
    SensorHealthPublisher sensorHealth(Instance<SqsClient> queues) {
        return settings.deduplicateQueueUrl()
                .<SensorHealthPublisher>map(url -> enrichedQueues(queues.get(), url))
                .orElse(health -> {
                    throw missing("TIERCEL_DEDUPLICATE_QUEUE_URL", "sensors' messages cannot be passed on");
                });
    }

    private SqsEnrichedAlertPublisher enrichedQueues(SqsClient queues, String url) {
        return new SqsEnrichedAlertPublisher(
                queues, url, settings.deduplicateUnverifiedQueueUrl().orElse(url));
    }

    @Produces
    @Singleton
    Optional<UnverifiedAlertQueue> unverifiedAlerts(Instance<SqsClient> queues) {
        return settings.enrichUnverifiedQueueUrl().map(url -> new UnverifiedAlertQueue(queues.get(), url));
    }

    @Produces
    @Singleton
    Optional<RejectedAlertQueue> rejectedAlerts(Instance<SqsClient> queues) {
        return settings.refusedQueueUrl().map(url -> new RejectedAlertQueue(queues.get(), url));
    }

    /** The connection of actions and of the kill switch. Created only in functions that need it. */
    @Produces
    @Singleton
    AwsConnection connection() {
        return AwsConnection.fromEnvironment(AwsConnection.Timeouts.ACTIONS);
    }

    @Produces
    @Singleton
    ConfigurationFiles files(Instance<AwsConnection> connection, SecretResolver secrets) {
        return new ConfigurationFiles(
                reference -> secrets.resolve(reference).value(),
                name -> new ParameterStore(connection.get()).parameter(name));
    }

    /** The functions of this artifact only request actions. {@code respond.zip} replaces this bean. */
    @Produces
    @Singleton
    @DefaultBean
    AvailableActions actions() {
        return Map::of;
    }

    @Produces
    @Singleton
    IncidentRules rules(ConfigurationFiles files) {
        return files.read("TIERCEL_INCIDENTS", settings.incidents(), IncidentRulesFile::read)
                .orElseGet(IncidentRulesFile::readDefault);
    }

    @Produces
    @Singleton
    EnrichmentSources enrichmentSources(ConfigurationFiles files) {
        EnrichmentSources file = files.read(
                        "TIERCEL_ENRICHMENT",
                        settings.enrichment(),
                        (name, text) -> EnrichmentFile.read(Path.of(name), text))
                .orElse(EnrichmentSources.NONE);
        return ExternalSources.enrichment(file, settings.enrichSources().orElse(""), settings.eksCluster());
    }

    /** Enriches alerts in {@code enrich}, and looks up targets again in {@code respond}. */
    @Produces
    @Singleton
    Enricher enricher(EnrichmentSources sources) {
        return new Enricher(settings.cluster().orElse(""), AttackTechniques.load(), sources, clock);
    }

    @Produces
    @Singleton
    EnrichStage enrichStage(Enricher enricher, IncidentRules rules, SenderIdentity identity) {
        return new EnrichStage(enricher, rules, identity.required());
    }

    @Produces
    @Singleton
    SenderIdentity senderIdentity(EnrichmentSources sources, ConfigurationFiles files) {
        Map<String, Optional<String>> values = Map.of(
                IdentitySettings.ISSUER, settings.identityIssuer(),
                IdentitySettings.AUDIENCE, settings.identityAudience(),
                IdentitySettings.SERVICE_ACCOUNT, settings.identityServiceAccount(),
                IdentitySettings.KEYS, settings.identityKeys(),
                IdentitySettings.EC2_CERTIFICATES, settings.identityEc2Certificates(),
                IdentitySettings.EC2_ACCOUNTS, settings.identityEc2Accounts(),
                IdentitySettings.REQUIRED, settings.identityRequired());
        IdentitySettings identity = IdentitySettings.parse(
                name -> values.getOrDefault(name, Optional.empty()),
                (name, location) -> files.read(name, Optional.of(location), (file, text) -> text)
                        .orElseThrow());
        return ExternalSources.identity(identity, sources.cluster(), settings.eksCluster(), clock);
    }

    @Produces
    @Singleton
    DynamoDbAuditLog audit(IncidentTable table) {
        return new DynamoDbAuditLog(
                new AuditTable(table.client(), settings.auditTable().orElse("")));
    }

    @Produces
    @Singleton
    ScheduledAuditMaintenance auditMaintenance(DynamoDbAuditLog audit, IncidentTable table) {
        Supplier<S3Client> client =
                () -> S3Client.builder().httpClient(http).forcePathStyle(true).build();
        return new ScheduledAuditMaintenance(
                audit.source(),
                new S3AnchorStore(client, settings.auditAnchors().orElse("")),
                new DynamoDbStateStore(table),
                true,
                clock,
                LOG::info,
                LOG::error);
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
        AffectedTargets targets = new AffectedTargets(new DynamoDbStateStore(table));
        return new DeduplicateStage(
                incidents, targets, rules, audit, respond, notify, clock, fleet(table, rules)::record);
    }

    @Produces
    @Singleton
    ResponseFactory responseFactory(
            ConfigurationFiles files, AvailableActions actions, Instance<AwsConnection> connection, Enricher enricher) {
        KillSwitch killSwitch = settings.killSwitch()
                .map(name -> new ParameterStore(connection.get()).killSwitch(name))
                .orElse(KillSwitch.NONE);
        return new ResponseFactory(settings, files, actions, killSwitch, enricher, clock);
    }

    @Produces
    @Singleton
    Responder responder(
            ResponseFactory responses,
            IncidentTable table,
            IncidentStore incidents,
            AuditLog audit,
            ResponseRequestPublisher responseRequests,
            IncidentEventPublisher notify) {
        return new ResponseAlarmLog(
                responses.responder(table, incidents, audit, responseRequests, notify),
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
    SweepStage sweepStage(
            IncidentStore incidents,
            IncidentRules rules,
            Responder responder,
            IncidentCloser closer,
            IncidentTable table,
            AuditLog audit,
            IncidentEventPublisher notify,
            Enricher enricher,
            EnrichedAlertPublisher alerts) {
        SilentNodes silentNodes =
                new SilentNodes(fleet(table, rules), rules, enricher, alerts, closer, clock, Duration.ZERO);
        SilenceMaintenance silences = new SilenceMaintenance(new DynamoDbStateStore(table), audit, notify, clock);
        return new SweepStage(
                incidents, rules, responder, closer, silences, new DynamoDbStateStore(table), clock, silentNodes);
    }

    private Fleet fleet(IncidentTable table, IncidentRules rules) {
        return new Fleet(new DynamoDbStateStore(table), rules.silentAfter(), clock);
    }

    /** The plans that notifications show. */
    @Produces
    @Singleton
    ResponseStatusProvider responseStatus(ResponseFactory responses, IncidentTable table) {
        return responses.statusProvider(table);
    }

    @Produces
    @Singleton
    PlanPreview planPreview(ResponseFactory responses) {
        return responses.preview();
    }

    private static IllegalStateException missing(String variable, String consequence) {
        return new IllegalStateException(variable + " is not set: " + consequence
                + "; set it to the URL of the queue (infra/terraform does this)");
    }

    @Produces
    @Singleton
    SecretResolver secrets() {
        SecretsManagerClient manager =
                SecretsManagerClient.builder().httpClient(http).build();
        return SecretResolver.forFilesAndEnvironment(clock)
                .withScheme(
                        "secret",
                        id -> manager.getSecretValue(get -> get.secretId(id)).secretString());
    }
}
