package io.tiercel.functions.local;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.tiercel.functions.credential.SenderIdentity;
import io.tiercel.functions.enrich.AttackTechniques;
import io.tiercel.functions.enrich.Enricher;
import io.tiercel.functions.enrich.EnrichmentSources;
import io.tiercel.functions.fleet.Fleet;
import io.tiercel.functions.incident.IncidentRules;
import io.tiercel.functions.incident.UrgencyClass;
import io.tiercel.functions.interact.IncidentActions;
import io.tiercel.functions.interact.ManualCloser;
import io.tiercel.functions.interact.SilenceActions;
import io.tiercel.functions.local.anchor.FileAnchorStore;
import io.tiercel.functions.local.config.ServerConfig;
import io.tiercel.functions.local.config.ServerSettings;
import io.tiercel.functions.local.http.ChangeFeed;
import io.tiercel.functions.local.http.IntakeToken;
import io.tiercel.functions.local.http.OperatorTokens;
import io.tiercel.functions.local.sqlite.AlertInbox;
import io.tiercel.functions.local.sqlite.NotificationQueue;
import io.tiercel.functions.local.sqlite.ResponseQueue;
import io.tiercel.functions.local.sqlite.SqliteAuditLog;
import io.tiercel.functions.local.sqlite.SqliteAuditPages;
import io.tiercel.functions.local.sqlite.SqliteDatabase;
import io.tiercel.functions.local.sqlite.SqliteGroupStore;
import io.tiercel.functions.local.sqlite.SqliteHoldPages;
import io.tiercel.functions.local.sqlite.SqliteIncidentNotes;
import io.tiercel.functions.local.sqlite.SqliteIncidentPages;
import io.tiercel.functions.local.sqlite.SqliteIncidentStore;
import io.tiercel.functions.local.sqlite.SqliteNotificationStore;
import io.tiercel.functions.local.sqlite.SqliteRetention;
import io.tiercel.functions.local.sqlite.SqliteStateStore;
import io.tiercel.functions.local.sqlite.SqliteTokenReplayGuard;
import io.tiercel.functions.local.sqlite.StoreCheck;
import io.tiercel.functions.local.sqlite.StoreHealth;
import io.tiercel.functions.local.worker.AlertWorker;
import io.tiercel.functions.local.worker.ChannelWorker;
import io.tiercel.functions.local.worker.NotificationWorker;
import io.tiercel.functions.local.worker.RepeatedLines;
import io.tiercel.functions.local.worker.ResponseWorker;
import io.tiercel.functions.local.worker.SenderMetrics;
import io.tiercel.functions.local.worker.StoreCheckWorker;
import io.tiercel.functions.local.worker.SweepWorker;
import io.tiercel.functions.notification.ChannelLane;
import io.tiercel.functions.notification.ChannelStarts;
import io.tiercel.functions.notification.ChannelWaker;
import io.tiercel.functions.notification.Grouping;
import io.tiercel.functions.notification.NotificationOutbox;
import io.tiercel.functions.notification.PlanStatusProvider;
import io.tiercel.functions.notification.Routing;
import io.tiercel.functions.notification.StoredChannelStarts;
import io.tiercel.functions.notification.file.InteractionConfig;
import io.tiercel.functions.notification.file.NotificationFile;
import io.tiercel.functions.notification.group.IncidentGrouping;
import io.tiercel.functions.notification.silence.ActiveSilences;
import io.tiercel.functions.notification.silence.SilenceMaintenance;
import io.tiercel.functions.notification.silence.Silences;
import io.tiercel.functions.notify.InteractionEndpoint;
import io.tiercel.functions.notify.slack.SlackResponseUrlClient;
import io.tiercel.functions.notify.terminal.TerminalChannel;
import io.tiercel.functions.operate.FleetPages;
import io.tiercel.functions.operate.OperatorApi;
import io.tiercel.functions.operate.OperatorService;
import io.tiercel.functions.operate.OperatorServices;
import io.tiercel.functions.operate.OperatorStores;
import io.tiercel.functions.planning.AffectedTargets;
import io.tiercel.functions.planning.PlanPreview;
import io.tiercel.functions.privacy.Redactor;
import io.tiercel.functions.respond.PlanReader;
import io.tiercel.functions.respond.Responder;
import io.tiercel.functions.respond.hold.ExposedParts;
import io.tiercel.functions.respond.hold.HeldTargets;
import io.tiercel.functions.retry.Pause;
import io.tiercel.functions.stage.DeduplicateStage;
import io.tiercel.functions.stage.EnrichStage;
import io.tiercel.functions.stage.EnrichedAlertPublisher;
import io.tiercel.functions.stage.IncidentCloser;
import io.tiercel.functions.stage.NotifyStage;
import io.tiercel.functions.stage.RespondStage;
import io.tiercel.functions.stage.ScheduledAuditMaintenance;
import io.tiercel.functions.stage.SensorHealthPublisher;
import io.tiercel.functions.stage.SilentNodes;
import io.tiercel.functions.stage.SweepStage;
import io.tiercel.functions.stage.TiercelFunctions;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/** Creates the parts of the server, starts its workers and stops them. */
@Singleton
final class ServerProducers {
    /** The category of the lines about the audit log, which application.properties enables. */
    private static final Logger LOG = Logger.getLogger("io.tiercel.functions.audit");

    /** The category of the lines about notifications. */
    private static final Logger NOTIFICATIONS = Logger.getLogger("io.tiercel.functions.notification");

    private static final Duration STOP_TIMEOUT = Duration.ofMillis(500);
    private static final int MAX_FINAL_LINES = 100;

    private final InstantSource clock = InstantSource.system();
    private final ServerConfig config = ServerConfig.read(ServerSettings.load());
    private final SqliteDatabase database = SqliteDatabase.open(config.dataDirectory());
    private final ChangeFeed changes = new ChangeFeed();
    private final SqliteIncidentStore incidents = new SqliteIncidentStore(database, clock, changes);
    private final SqliteNotificationStore notifications = new SqliteNotificationStore(database, clock);
    private final SqliteAuditLog audit = new SqliteAuditLog(database);
    private final NotificationQueue notificationQueue = new NotificationQueue(database, clock, changes);
    private final ResponseQueue responses = new ResponseQueue(database);
    private final IncidentRules rules = config.incidents();
    private final ExternalSources external = new ExternalSources();
    private final EnrichmentSources sources = external.enrichment(config.enrichment(), config.enrichSources());
    private final Enricher enricher = new Enricher(config.cluster(), AttackTechniques.load(), sources, clock);
    private final SenderIdentity identity = external.identity(config.identity(), sources.cluster(), clock);
    private final SenderMetrics senders = new SenderMetrics();
    private final SqliteStateStore state = new SqliteStateStore(database);
    private final Fleet fleet = new Fleet(state, rules.silentAfter(), clock);
    private final ResponderWiring response =
            new ResponderWiring(config, state, incidents, enricher, audit, responses, notificationQueue, clock);
    private final Responder responder = response.responder();
    private final ActiveSilences activeSilences = new ActiveSilences(
            config.notifications().map(NotificationFile::silences).orElse(List.of()),
            state,
            clock,
            NOTIFICATIONS::warn);
    private final TerminalChannel terminal = new TerminalChannel(System.out, ZoneId.systemDefault());
    private final SlackResponseUrlClient slackReplies = SlackResponseUrlClient.create();
    private final PlanStatusProvider responseStatus = new PlanStatusProvider(response::planFor);
    private final ServerChannels serverChannels = ServerChannels.open(config, terminal, clock);
    private final ChannelStarts channelStarts = new StoredChannelStarts(state, Duration.ZERO, clock);
    private final NotificationOutbox outbox = new NotificationOutbox(
            new NotificationOutbox.Stores(incidents, notifications, state, responseStatus),
            new NotificationOutbox.Policies(
                    serverChannels.routing(),
                    activeSilences,
                    new IncidentGrouping(state, new SqliteGroupStore(database), serverChannels::limits, clock),
                    channelStarts),
            serverChannels.all(),
            (channel, subject, change, due) -> wake(channel),
            clock);
    private final StoreCheckWorker storeCheck = new StoreCheckWorker(new StoreCheck(database, clock));
    private final NotificationWorker notificationWorker = new NotificationWorker(notificationQueue, outbox, clock);
    private final Map<String, ChannelWorker> channelWorkers = outbox.lanes().stream()
            .collect(Collectors.toUnmodifiableMap(ChannelLane::name, lane -> new ChannelWorker(lane, clock)));

    @Produces
    @Singleton
    ServerConfig config() {
        return config;
    }

    @Produces
    @Singleton
    SqliteIncidentStore incidents() {
        return incidents;
    }

    @Produces
    @Singleton
    StoreHealth storeHealth() {
        return database.health();
    }

    @Produces
    @Singleton
    SqliteNotificationStore notifications() {
        return notifications;
    }

    @Produces
    @Singleton
    AlertInbox inbox() {
        return new AlertInbox(database, clock);
    }

    @Produces
    @Singleton
    NotificationOutbox outbox() {
        return outbox;
    }

    @Produces
    @Singleton
    NotificationQueue notificationQueue() {
        return notificationQueue;
    }

    @Produces
    @Singleton
    NotifyStage notifyStage() {
        return new NotifyStage(outbox, Duration.ZERO, Pause.THREAD, clock);
    }

    @Produces
    @Singleton
    SqliteAuditLog audit() {
        return audit;
    }

    @Produces
    @Singleton
    OperatorTokens tokens() {
        return OperatorTokens.of(config.token(), config.viewerToken(), config.dataDirectory());
    }

    @Produces
    @Singleton
    IntakeToken intakeToken(OperatorTokens operators) {
        return IntakeToken.of(config.intakeToken(), operators);
    }

    @Produces
    @Singleton
    ChangeFeed changes() {
        return changes;
    }

    @Produces
    @Singleton
    OperatorApi operators(IncidentCloser closer, Silences silences, ScheduledAuditMaintenance auditMaintenance) {
        return new OperatorService(
                new OperatorStores(
                        new SqliteIncidentPages(database),
                        new SqliteIncidentNotes(database),
                        notifications,
                        audit,
                        new SqliteAuditPages(database),
                        response.plans(),
                        new HeldTargets(new SqliteHoldPages(database), response.plans()::action),
                        response.killSwitch(),
                        new FleetPages(fleet, clock)),
                new OperatorServices(
                        responder,
                        closer,
                        notificationQueue,
                        silences,
                        activeSilences,
                        response.preview(),
                        auditMaintenance::results),
                clock);
    }

    @Produces
    @Singleton
    SenderIdentity senderIdentity() {
        return identity;
    }

    @Produces
    @Singleton
    SenderMetrics senderMetrics() {
        return senders;
    }

    @Produces
    @Singleton
    Redactor redactor() {
        return new Redactor(config.privacy());
    }

    @Produces
    @Singleton
    ResponseQueue responses() {
        return responses;
    }

    @Produces
    @Singleton
    PlanPreview planPreview() {
        return response.preview();
    }

    @Produces
    @Singleton
    PlanReader plans() {
        return response.plans();
    }

    @Produces
    @Singleton
    ScheduledAuditMaintenance auditMaintenance() {
        return new ScheduledAuditMaintenance(
                audit.source(),
                new FileAnchorStore(config.dataDirectory().resolve("anchors"), database::touch),
                new SqliteStateStore(database),
                false,
                clock,
                LOG::info,
                new RepeatedLines(LOG::error, clock));
    }

    @Produces
    @Singleton
    Responder responder() {
        return responder;
    }

    @Produces
    @Singleton
    EnrichStage enrichStage() {
        return new EnrichStage(enricher, rules, identity.required());
    }

    @Produces
    @Singleton
    DeduplicateStage deduplicateStage() {
        AffectedTargets targets = new AffectedTargets(state);
        return new DeduplicateStage(
                incidents, targets, rules, audit, responses, notificationQueue, clock, fleet::record);
    }

    /** On one machine, the first stage calls the second directly. */
    @Produces
    @Singleton
    EnrichedAlertPublisher enrichedAlertPublisher(DeduplicateStage deduplicateStage) {
        return deduplicateStage::count;
    }

    @Produces
    @Singleton
    SensorHealthPublisher sensorHealthPublisher(DeduplicateStage deduplicateStage) {
        return health -> deduplicateStage.recordHealth(health.message(), health.sender());
    }

    @Produces
    @Singleton
    IncidentCloser closer() {
        return new IncidentCloser(incidents, audit, notificationQueue, clock);
    }

    @Produces
    @Singleton
    ActiveSilences activeSilences() {
        return activeSilences;
    }

    @Produces
    @Singleton
    Silences silences() {
        return new Silences(activeSilences, audit, notificationQueue, clock);
    }

    @Produces
    @Singleton
    InteractionEndpoint interactions(IncidentCloser closer, Silences silences) {
        ManualCloser manualCloser = (incident, by) -> closer.closeOrFail(incident.id(), by);
        return InteractionEndpoint.create(
                config.notifications().map(NotificationFile::interact).orElse(InteractionConfig.NONE),
                new IncidentActions(incidents, notifications, responder, manualCloser, audit, notificationQueue, clock),
                new SilenceActions(incidents, silences),
                new SqliteTokenReplayGuard(database, clock),
                slackReplies::reply,
                clock);
    }

    @Produces
    @Singleton
    ExposedParts exposedParts() {
        return new ExposedParts(state, clock);
    }

    @Produces
    @Singleton
    SweepStage sweepStage(IncidentCloser closer, EnrichedAlertPublisher alerts) {
        SilentNodes silentNodes = new SilentNodes(fleet, rules, enricher, alerts, closer, clock, rules.silentAfter());
        SilenceMaintenance silences = new SilenceMaintenance(state, audit, notificationQueue, clock);
        return new SweepStage(incidents, rules, responder, closer, silences, state, clock, silentNodes);
    }

    @Produces
    @Singleton
    AlertWorker alertWorker(AlertInbox inbox, EnrichStage enrichStage, DeduplicateStage deduplicateStage) {
        return new AlertWorker(database, inbox, incidents, enrichStage, deduplicateStage, senders);
    }

    @Produces
    @Singleton
    ResponseWorker responseWorker(RespondStage stage) {
        return new ResponseWorker(responses, stage);
    }

    @Produces
    @Singleton
    SweepWorker sweepWorker(TiercelFunctions functions) {
        return new SweepWorker(
                functions, new SqliteRetention(database, config.privacy().retention(), clock));
    }

    private void wake(String channel) {
        database.afterCommit(() -> {
            ChannelWorker worker = channelWorkers.get(channel);
            if (worker != null) {
                worker.wake();
            }
        });
    }

    void start(@Observes StartupEvent event, AlertWorker alerts, ResponseWorker responder, SweepWorker sweep) {
        storeCheck.start();
        identity.prepare();
        state.endLocks();
        // Before the first alert is counted: its incident must not be older than a channel that was never used before.
        serverChannels.all().forEach(channel -> channelStarts.startOf(channel.name()));
        notificationWorker.start();
        channelWorkers.values().forEach(ChannelWorker::start);
        alerts.start();
        responder.start();
        sweep.start();
    }

    /** Prints the pending lines of the terminal. Other notifications stay in the database until the next start. */
    void stop(@Observes ShutdownEvent event, AlertWorker alerts, ResponseWorker responder, SweepWorker sweep) {
        storeCheck.stop(STOP_TIMEOUT);
        alerts.stop(STOP_TIMEOUT);
        sweep.stop(STOP_TIMEOUT);
        response.stop();
        responder.stop(STOP_TIMEOUT);
        notificationWorker.stop(STOP_TIMEOUT);
        channelWorkers.values().forEach(channel -> channel.stop(STOP_TIMEOUT));
        try {
            printFinalLines();
        } catch (RuntimeException e) {
            NOTIFICATIONS.error("the last lines of the terminal cannot be printed; they stay pending", e);
        }
        serverChannels.close();
        slackReplies.close();
        database.close();
    }

    private void printFinalLines() {
        Arrays.stream(UrgencyClass.values())
                .flatMap(urgency -> notificationQueue.next(urgency, MAX_FINAL_LINES).stream())
                .limit(MAX_FINAL_LINES)
                .forEach(request -> outbox.planner().plan(request.incidentId()));
        InstantSource afterUpdateInterval = () -> clock.instant().plus(terminal.updateInterval());
        NotificationOutbox last = new NotificationOutbox(
                new NotificationOutbox.Stores(incidents, notifications, state, responseStatus),
                new NotificationOutbox.Policies(
                        Routing.ALL_CHANNELS, activeSilences, Grouping.NONE, ChannelStarts.ALWAYS),
                List.of(terminal),
                ChannelWaker.NONE,
                afterUpdateInterval);
        last.lanes().forEach(ChannelLane::runOnce);
    }
}
