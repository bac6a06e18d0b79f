package io.tiercel.functions.local;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.tiercel.functions.audit.AuditVerifier;
import io.tiercel.functions.enrich.AttackTechniques;
import io.tiercel.functions.enrich.Enricher;
import io.tiercel.functions.incident.IncidentRules;
import io.tiercel.functions.interact.IncidentActions;
import io.tiercel.functions.interact.ManualCloser;
import io.tiercel.functions.local.config.ServerConfig;
import io.tiercel.functions.local.http.BearerToken;
import io.tiercel.functions.local.sqlite.AlertInbox;
import io.tiercel.functions.local.sqlite.ResponseQueue;
import io.tiercel.functions.local.sqlite.SqliteAuditLog;
import io.tiercel.functions.local.sqlite.SqliteDatabase;
import io.tiercel.functions.local.sqlite.SqliteIncidentStore;
import io.tiercel.functions.local.sqlite.SqliteNotificationStore;
import io.tiercel.functions.local.sqlite.SqliteStateStore;
import io.tiercel.functions.local.sqlite.SqliteTokenReplayGuard;
import io.tiercel.functions.local.worker.AlertWorker;
import io.tiercel.functions.local.worker.ChannelWorker;
import io.tiercel.functions.local.worker.ResponseWorker;
import io.tiercel.functions.local.worker.SweepWorker;
import io.tiercel.functions.notification.NotificationDispatcher;
import io.tiercel.functions.notification.PlanStatusProvider;
import io.tiercel.functions.notification.Routing;
import io.tiercel.functions.notification.file.InteractionConfig;
import io.tiercel.functions.notification.file.NotificationFile;
import io.tiercel.functions.notify.InteractionEndpoint;
import io.tiercel.functions.notify.slack.SlackResponseUrlClient;
import io.tiercel.functions.notify.terminal.TerminalChannel;
import io.tiercel.functions.planning.AffectedTargets;
import io.tiercel.functions.planning.PlanPreview;
import io.tiercel.functions.respond.PlanReader;
import io.tiercel.functions.respond.Responder;
import io.tiercel.functions.stage.DeduplicateStage;
import io.tiercel.functions.stage.EnrichStage;
import io.tiercel.functions.stage.EnrichedAlertPublisher;
import io.tiercel.functions.stage.IncidentCloser;
import io.tiercel.functions.stage.SweepStage;
import io.tiercel.functions.stage.TiercelFunctions;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.config.ConfigProvider;

/** Puts the server together, starts its threads, and takes it apart again. */
@Singleton
final class Wiring {
    private static final Duration PATIENCE = Duration.ofMillis(500);
    private static final int LAST_LINES = 100;

    private final InstantSource clock = InstantSource.system();
    private final ServerConfig settings = ServerConfig.read(ConfigProvider.getConfig());
    private final SqliteDatabase database = SqliteDatabase.open(settings.dataFolder());
    private final SqliteIncidentStore incidents = new SqliteIncidentStore(database, clock);
    private final SqliteNotificationStore announcements = new SqliteNotificationStore(database);
    private final SqliteAuditLog audit = new SqliteAuditLog(database);
    private final ResponseQueue responses = new ResponseQueue(database);
    private final IncidentRules rules = settings.incidents();
    private final ResponderWiring response = new ResponderWiring(
            ConfigProvider.getConfig(),
            settings.dataFolder(),
            new SqliteStateStore(database),
            incidents,
            audit,
            responses,
            this::changed,
            clock);
    private final Responder responder = response.responder();
    private final TerminalChannel terminal = new TerminalChannel(System.out, ZoneId.systemDefault());
    private final SlackResponseUrlClient slackReplies = SlackResponseUrlClient.create();
    private final PlanStatusProvider board = new PlanStatusProvider(response::of);
    private final ServerChannels people = ServerChannels.of(settings, terminal, clock);
    private final NotificationDispatcher announcer =
            new NotificationDispatcher(incidents, announcements, board, people.routing(), people.notifiers(), clock);
    private final List<ChannelWorker> channels = announcer.channels().stream()
            .map(notifier -> new ChannelWorker(announcer, notifier, clock))
            .toList();

    @Produces
    @Singleton
    SqliteIncidentStore incidents() {
        return incidents;
    }

    @Produces
    @Singleton
    SqliteNotificationStore listRecords() {
        return announcements;
    }

    @Produces
    @Singleton
    AlertInbox inbox() {
        return new AlertInbox(database, clock);
    }

    @Produces
    @Singleton
    NotificationDispatcher announcer() {
        return announcer;
    }

    @Produces
    @Singleton
    SqliteAuditLog audit() {
        return audit;
    }

    @Produces
    @Singleton
    BearerToken token() {
        return settings.token().orElseGet(() -> BearerToken.in(settings.dataFolder()));
    }

    @Produces
    @Singleton
    ResponseQueue responses() {
        return responses;
    }

    @Produces
    @Singleton
    PlanPreview foreseen() {
        return response.foreseen();
    }

    @Produces
    @Singleton
    PlanReader plans() {
        return response.plans();
    }

    @Produces
    @Singleton
    AuditVerifier auditCheck() {
        return () -> SqliteAuditLog.verify(settings.dataFolder(), Optional.empty());
    }

    @Produces
    @Singleton
    Responder responder() {
        return responder;
    }

    @Produces
    @Singleton
    EnrichStage enrichStage() {
        return new EnrichStage(
                new Enricher(
                        settings.cluster(),
                        AttackTechniques.load(),
                        ExternalSources.add(settings.enrichment(), settings.enrichSources()),
                        clock),
                rules);
    }

    @Produces
    @Singleton
    DeduplicateStage deduplicateStage() {
        AffectedTargets scenes = new AffectedTargets(new SqliteStateStore(database));
        return new DeduplicateStage(incidents, scenes, rules, audit, responses, this::grown, clock);
    }

    /** On one machine there is nothing between the two stages. */
    @Produces
    @Singleton
    EnrichedAlertPublisher enriched(DeduplicateStage deduplicateStage) {
        return deduplicateStage::count;
    }

    @Produces
    @Singleton
    IncidentCloser closer() {
        return new IncidentCloser(incidents, audit, this::changed, clock);
    }

    @Produces
    @Singleton
    InteractionEndpoint interactions(IncidentCloser closer) {
        ManualCloser closing = (incident, by) -> closer.close(incident.id(), by);
        return InteractionEndpoint.create(
                settings.notifications().map(NotificationFile::interact).orElse(InteractionConfig.NONE),
                new IncidentActions(incidents, announcements, responder, closing, audit, this::changed, clock),
                new SqliteTokenReplayGuard(database, clock),
                slackReplies::reply,
                clock);
    }

    @Produces
    @Singleton
    SweepStage sweepStage(IncidentCloser closer) {
        return new SweepStage(incidents, rules, responder, closer, clock);
    }

    @Produces
    @Singleton
    AlertWorker worker(AlertInbox inbox, EnrichStage enrichStage, DeduplicateStage deduplicateStage) {
        return new AlertWorker(database, inbox, incidents, enrichStage, deduplicateStage);
    }

    @Produces
    @Singleton
    ResponseWorker responding(TiercelFunctions functions) {
        return new ResponseWorker(responses, functions);
    }

    @Produces
    @Singleton
    SweepWorker sweeper(TiercelFunctions functions) {
        return new SweepWorker(functions);
    }

    private void grown(String incidentId) {
        database.afterCommit(() -> channels.forEach(ChannelWorker::wake));
    }

    private void changed(String incidentId) {
        database.afterCommit(() -> channels.forEach(channel -> channel.wake(incidentId)));
    }

    void start(@Observes StartupEvent event, AlertWorker worker, ResponseWorker responding, SweepWorker sweeper) {
        channels.forEach(ChannelWorker::start);
        worker.start();
        responding.start();
        sweeper.start();
    }

    /** What the terminal owes is said before the end; the rest waits in the database for the next start. */
    void stop(@Observes ShutdownEvent event, AlertWorker worker, ResponseWorker responding, SweepWorker sweeper) {
        worker.stop(PATIENCE);
        sweeper.stop(PATIENCE);
        responding.stop(PATIENCE);
        channels.forEach(channel -> channel.stop(PATIENCE));
        InstantSource pauseOver = () -> clock.instant().plus(terminal.updateInterval());
        new NotificationDispatcher(incidents, announcements, board, Routing.ALL_CHANNELS, List.of(terminal), pauseOver)
                .dispatchPending(LAST_LINES);
        people.close();
        slackReplies.close();
        database.close();
    }
}
