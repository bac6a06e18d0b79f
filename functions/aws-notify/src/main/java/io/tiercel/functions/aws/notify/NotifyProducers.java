package io.tiercel.functions.aws.notify;

import io.tiercel.functions.audit.AuditLog;
import io.tiercel.functions.aws.ConfigurationFiles;
import io.tiercel.functions.aws.FunctionSettings;
import io.tiercel.functions.aws.SqsChannelWaker;
import io.tiercel.functions.aws.dynamodb.DynamoDbGroupStore;
import io.tiercel.functions.aws.dynamodb.DynamoDbStateStore;
import io.tiercel.functions.aws.dynamodb.DynamoDbTokenReplayGuard;
import io.tiercel.functions.aws.dynamodb.IncidentTable;
import io.tiercel.functions.channels.ChannelTypes;
import io.tiercel.functions.incident.IncidentStore;
import io.tiercel.functions.interact.IncidentActions;
import io.tiercel.functions.interact.ManualCloser;
import io.tiercel.functions.interact.SilenceActions;
import io.tiercel.functions.notification.ChannelWaker;
import io.tiercel.functions.notification.IncidentEventPublisher;
import io.tiercel.functions.notification.NotificationChannel;
import io.tiercel.functions.notification.NotificationOutbox;
import io.tiercel.functions.notification.NotificationStore;
import io.tiercel.functions.notification.ResponseStatusProvider;
import io.tiercel.functions.notification.Routing;
import io.tiercel.functions.notification.StoredChannelStarts;
import io.tiercel.functions.notification.file.ChannelContext;
import io.tiercel.functions.notification.file.ChannelLimits;
import io.tiercel.functions.notification.file.InteractionConfig;
import io.tiercel.functions.notification.file.NotificationFile;
import io.tiercel.functions.notification.group.IncidentGrouping;
import io.tiercel.functions.notification.silence.ActiveSilences;
import io.tiercel.functions.notification.silence.Silences;
import io.tiercel.functions.notify.ConfiguredChannels;
import io.tiercel.functions.notify.InteractionEndpoint;
import io.tiercel.functions.notify.slack.SlackResponseUrlClient;
import io.tiercel.functions.notify.slack.SlackWebhookChannel;
import io.tiercel.functions.respond.Responder;
import io.tiercel.functions.respond.state.StateStore;
import io.tiercel.functions.retry.Pause;
import io.tiercel.functions.secret.SecretResolver;
import io.tiercel.functions.stage.IncidentCloser;
import io.tiercel.functions.stage.NotifyStage;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import software.amazon.awssdk.services.sqs.SqsClient;

/** CDI producers of the channels, the outbox and the endpoint for requests from Slack and PagerDuty. */
@Singleton
final class NotifyProducers {
    private static final Logger LOG = Logger.getLogger(NotifyProducers.class);

    /** The schedule runs each minute, so a new channel is seen within this time. */
    private static final Duration FIRST_SEEN_WITHIN = Duration.ofMinutes(2);

    /** A lane sleeps at most this long until its next message. A longer sleep costs more than the next call of the schedule. */
    static final Duration PATIENCE = Duration.ofSeconds(3);

    private final InstantSource clock = InstantSource.system();
    private final FunctionSettings settings;

    @Inject
    NotifyProducers(FunctionSettings settings) {
        this.settings = settings;
    }

    @Produces
    @Singleton
    Optional<NotificationFile> notifications(ConfigurationFiles files, SecretResolver secrets) {
        return files.read(
                "TIERCEL_NOTIFICATIONS",
                settings.notifications(),
                (name, text) -> NotificationFile.read(name, text, secrets, ChannelTypes.ALL));
    }

    @Produces
    @Singleton
    NotificationOutbox outbox(
            IncidentStore incidents,
            NotificationStore records,
            Optional<NotificationFile> file,
            SecretResolver secrets,
            ResponseStatusProvider responses,
            IncidentTable table,
            ActiveSilences silences,
            Instance<SqsClient> queues) {
        Optional<ConfiguredChannels> configured = file.map(read -> ConfiguredChannels.open(
                read, new ChannelContext(InteractionEndpoint.buttons(read.interact(), clock), clock)));
        List<NotificationChannel> channels = new ArrayList<>();
        settings.slackSecret()
                .map(id -> new SlackWebhookChannel("slack", secrets.resolve("secret:" + id)))
                .ifPresent(channels::add);
        Set<String> unrouted = channels.stream().map(NotificationChannel::name).collect(Collectors.toUnmodifiableSet());
        configured.ifPresent(read -> channels.addAll(read.channels()));
        StateStore state = new DynamoDbStateStore(table);
        return new NotificationOutbox(
                new NotificationOutbox.Stores(incidents, records, state, responses),
                new NotificationOutbox.Policies(
                        configured.map(read -> read.routing(unrouted)).orElse(Routing.ALL_CHANNELS),
                        silences,
                        new IncidentGrouping(
                                state,
                                new DynamoDbGroupStore(table),
                                channel -> configured
                                        .map(read -> read.limits(channel))
                                        .orElse(ChannelLimits.DEFAULT),
                                clock),
                        new StoredChannelStarts(state, FIRST_SEEN_WITHIN, clock)),
                channels,
                settings.notifyQueueUrl()
                        .<ChannelWaker>map(url -> new SqsChannelWaker(queues.get(), url, clock))
                        .orElse(ChannelWaker.NONE),
                clock);
    }

    @Produces
    @Singleton
    NotifyStage notifyStage(NotificationOutbox outbox) {
        return new NotifyStage(outbox, PATIENCE, Pause.THREAD, clock);
    }

    /** CloudWatch reads a line only if nothing precedes its JSON, so the line does not pass through the logger. */
    @Produces
    @Singleton
    Optional<NotificationMetricsLog> metricsLog() {
        return settings.metricsNamespace()
                .map(namespace -> new NotificationMetricsLog(namespace, clock, System.out::println));
    }

    @Produces
    @Singleton
    ActiveSilences silences(Optional<NotificationFile> file, IncidentTable table) {
        return new ActiveSilences(
                file.map(NotificationFile::silences).orElse(List.of()),
                new DynamoDbStateStore(table),
                clock,
                LOG::warn);
    }

    @Produces
    @Singleton
    InteractionEndpoint interactions(
            IncidentStore incidents,
            NotificationStore records,
            Responder responder,
            IncidentCloser closer,
            AuditLog audit,
            IncidentEventPublisher notify,
            IncidentTable table,
            ActiveSilences silences,
            Optional<NotificationFile> file) {
        ManualCloser manualCloser = (incident, by) -> closer.closeOrFail(incident.id(), by);
        return InteractionEndpoint.create(
                file.map(NotificationFile::interact).orElse(InteractionConfig.NONE),
                new IncidentActions(incidents, records, responder, manualCloser, audit, notify, clock),
                new SilenceActions(incidents, new Silences(silences, audit, notify, clock)),
                new DynamoDbTokenReplayGuard(table),
                SlackResponseUrlClient.create()::reply,
                clock);
    }
}
