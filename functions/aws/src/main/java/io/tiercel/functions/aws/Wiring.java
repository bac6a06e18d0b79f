package io.tiercel.functions.aws;

import io.tiercel.functions.AlertFlow;
import io.tiercel.functions.aws.table.DynamoDbAnnouncementStore;
import io.tiercel.functions.aws.table.DynamoDbIncidentStore;
import io.tiercel.functions.aws.table.IncidentTable;
import io.tiercel.functions.enrich.Attack;
import io.tiercel.functions.enrich.Enricher;
import io.tiercel.functions.incident.IncidentStore;
import io.tiercel.functions.notification.AnnouncementStore;
import io.tiercel.functions.notification.Announcer;
import io.tiercel.functions.notification.IncidentBell;
import io.tiercel.functions.notification.Notifier;
import io.tiercel.functions.notification.PlannedResponse;
import io.tiercel.functions.notification.Routing;
import io.tiercel.functions.notification.Secrets;
import io.tiercel.functions.notification.SlackWebhook;
import io.tiercel.functions.respond.Planner;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.sqs.SqsClient;

/**
 * Makes the domain out of AWS services. Region, credentials and endpoints come from the SDK's own chain. The environment
 * says the rest: {@code TIERCEL_TABLE}, the table; {@code TIERCEL_ANNOUNCE_QUEUE_URL}, for the alert function;
 * {@code TIERCEL_SLACK_SECRET}, name or ARN of the secret, for the announce function if it shall tell Slack.
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
    IncidentBell bell(@ConfigProperty(name = "tiercel.announce-queue-url") Optional<String> queueUrl) {
        return queueUrl.<IncidentBell>map(url ->
                        new QueueBell(SqsClient.builder().httpClient(http).build(), url, clock))
                .orElse(incidentId -> {
                    throw new IllegalStateException("TIERCEL_ANNOUNCE_QUEUE_URL is not set: nobody would hear of "
                            + incidentId + "; set it to the URL of the announcements queue");
                });
    }

    @Produces
    @Singleton
    AlertFlow alerts(IncidentStore incidents, IncidentBell bell) {
        return new AlertFlow(new Enricher("", Attack.load()), Planner.withDefaultPolicies(), incidents, bell);
    }

    @Produces
    @Singleton
    Announcer announcer(
            IncidentStore incidents,
            AnnouncementStore announcements,
            @ConfigProperty(name = "tiercel.slack-secret") Optional<String> slackSecret) {
        return new Announcer(
                incidents,
                announcements,
                new PlannedResponse(),
                Routing.EVERYWHERE,
                slackSecret.map(this::slack).stream().toList(),
                clock);
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
