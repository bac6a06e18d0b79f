package io.tiercel.functions.aws;

import io.tiercel.functions.DeduplicateStage;
import io.tiercel.functions.EnrichStage;
import io.tiercel.functions.EnrichedAlerts;
import io.tiercel.functions.IncidentCloser;
import io.tiercel.functions.SweepStage;
import io.tiercel.functions.audit.AuditLog;
import io.tiercel.functions.aws.table.DynamoDbAnnouncementStore;
import io.tiercel.functions.aws.table.DynamoDbAuditLog;
import io.tiercel.functions.aws.table.DynamoDbIncidentStore;
import io.tiercel.functions.aws.table.IncidentTable;
import io.tiercel.functions.enrich.Attack;
import io.tiercel.functions.enrich.Enricher;
import io.tiercel.functions.incident.IncidentRules;
import io.tiercel.functions.incident.IncidentRulesFile;
import io.tiercel.functions.incident.IncidentStore;
import io.tiercel.functions.notification.AnnouncementStore;
import io.tiercel.functions.notification.Announcer;
import io.tiercel.functions.notification.IncidentBell;
import io.tiercel.functions.notification.Notifier;
import io.tiercel.functions.notification.Routing;
import io.tiercel.functions.notification.Secrets;
import io.tiercel.functions.notification.SlackWebhook;
import io.tiercel.functions.respond.Responder;
import io.tiercel.functions.respond.ResponseBell;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.eclipse.microprofile.config.ConfigProvider;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.sqs.SqsClient;

/**
 * Makes the domain out of AWS services. Region, credentials and endpoints come from the SDK's own chain. The environment
 * says the rest: {@code TIERCEL_TABLE}, the table; {@code TIERCEL_DEDUPLICATE_QUEUE_URL}, for enrich;
 * {@code TIERCEL_RESPOND_QUEUE_URL} and {@code TIERCEL_NOTIFY_QUEUE_URL}, for whoever changes incidents;
 * {@code TIERCEL_REFUSED_QUEUE_URL}, where what cannot be read is kept; {@code TIERCEL_INCIDENTS}, a
 * file of incident rules; {@code TIERCEL_SLACK_SECRET}, name or ARN of the
 * secret, for notify if it shall tell Slack.
 */
@Singleton
final class Wiring {
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
    AnnouncementStore announcements(IncidentTable table) {
        return new DynamoDbAnnouncementStore(table);
    }

    @Produces
    @Singleton
    IncidentBell bell(
            Instance<SqsClient> queues, @ConfigProperty(name = "tiercel.notify-queue-url") Optional<String> queueUrl) {
        return queueUrl.<IncidentBell>map(url -> new QueueBell(queues.get(), url, clock))
                .orElse(incidentId -> {
                    throw missing("TIERCEL_NOTIFY_QUEUE_URL", "nobody would hear of " + incidentId);
                });
    }

    @Produces
    @Singleton
    ResponseBell responseBell(
            Instance<SqsClient> queues, @ConfigProperty(name = "tiercel.respond-queue-url") Optional<String> queueUrl) {
        return queueUrl.<ResponseBell>map(url -> new QueueResponseBell(queues.get(), url))
                .orElse((incidentId, occasion) -> {
                    throw missing("TIERCEL_RESPOND_QUEUE_URL", "nobody would respond to " + incidentId);
                });
    }

    @Produces
    @Singleton
    EnrichedAlerts enriched(
            Instance<SqsClient> queues,
            @ConfigProperty(name = "tiercel.deduplicate-queue-url") Optional<String> queueUrl) {
        return queueUrl.<EnrichedAlerts>map(url -> new QueueEnrichedAlerts(queues.get(), url))
                .orElse(alert -> {
                    throw missing("TIERCEL_DEDUPLICATE_QUEUE_URL", "an alert would be lost");
                });
    }

    @Produces
    @Singleton
    Optional<RefusedQueue> refused(
            Instance<SqsClient> queues, @ConfigProperty(name = "tiercel.refused-queue-url") Optional<String> queueUrl) {
        return queueUrl.map(url -> new RefusedQueue(queues.get(), url));
    }

    @Produces
    @Singleton
    IncidentRules rules(@ConfigProperty(name = "tiercel.incidents") Optional<String> file) {
        return IncidentRulesFile.of(file);
    }

    @Produces
    @Singleton
    EnrichStage enriching(IncidentRules rules) {
        return new EnrichStage(new Enricher("", Attack.load()), rules);
    }

    @Produces
    @Singleton
    DynamoDbAuditLog audit(IncidentTable table) {
        return new DynamoDbAuditLog(table);
    }

    @Produces
    @Singleton
    DeduplicateStage deduplicating(
            IncidentStore incidents, IncidentRules rules, AuditLog audit, ResponseBell respond, IncidentBell notify) {
        return new DeduplicateStage(incidents, rules, audit, respond, notify, clock);
    }

    @Produces
    @Singleton
    Responses responses() {
        return new Responses(
                ConfigProvider.getConfig(), http, name -> secrets().secret(name).value(), clock);
    }

    @Produces
    @Singleton
    Responder responder(
            Responses responses,
            IncidentTable table,
            IncidentStore incidents,
            AuditLog audit,
            ResponseBell again,
            IncidentBell notify) {
        return responses.responder(table, incidents, audit, again, notify);
    }

    @Produces
    @Singleton
    IncidentCloser closer(IncidentStore incidents, AuditLog audit, IncidentBell notify) {
        return new IncidentCloser(incidents, audit, notify, clock);
    }

    @Produces
    @Singleton
    SweepStage sweeping(IncidentStore incidents, IncidentRules rules, Responder responder, IncidentCloser closer) {
        return new SweepStage(incidents, rules, responder, closer, clock);
    }

    @Produces
    @Singleton
    Announcer announcer(
            IncidentStore incidents,
            AnnouncementStore announcements,
            Responses responses,
            IncidentTable table,
            @ConfigProperty(name = "tiercel.slack-secret") Optional<String> slackSecret) {
        return new Announcer(
                incidents,
                announcements,
                responses.board(table),
                Routing.EVERYWHERE,
                slackSecret.map(this::slack).stream().toList(),
                clock);
    }

    private static IllegalStateException missing(String variable, String consequence) {
        return new IllegalStateException(
                variable + " is not set: " + consequence + "; set it to the URL of the queue, as infra/terraform does");
    }

    private Notifier slack(String secretId) {
        return new SlackWebhook("slack", secrets().secret("secret:" + secretId));
    }

    private Secrets secrets() {
        SecretsManagerClient manager =
                SecretsManagerClient.builder().httpClient(http).build();
        return Secrets.ofThisMachine(clock)
                .with(
                        "secret",
                        id -> manager.getSecretValue(get -> get.secretId(id)).secretString());
    }
}
