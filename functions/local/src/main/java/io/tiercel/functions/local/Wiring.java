package io.tiercel.functions.local;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.tiercel.functions.audit.AuditVerifier;
import io.tiercel.functions.enrich.AttackTechniques;
import io.tiercel.functions.enrich.Enricher;
import io.tiercel.functions.incident.IncidentRules;
import io.tiercel.functions.interact.ClosingByHand;
import io.tiercel.functions.interact.Deeds;
import io.tiercel.functions.interact.Interactions;
import io.tiercel.functions.local.http.Token;
import io.tiercel.functions.local.store.Database;
import io.tiercel.functions.local.store.Inbox;
import io.tiercel.functions.local.store.ResponseQueue;
import io.tiercel.functions.local.store.SqliteAnnouncementStore;
import io.tiercel.functions.local.store.SqliteAuditLog;
import io.tiercel.functions.local.store.SqliteIncidentStore;
import io.tiercel.functions.local.store.SqliteStateStore;
import io.tiercel.functions.local.store.SqliteUsedTokens;
import io.tiercel.functions.local.work.ChannelLoop;
import io.tiercel.functions.local.work.InboxWorker;
import io.tiercel.functions.local.work.ResponseWorker;
import io.tiercel.functions.local.work.SweepLoop;
import io.tiercel.functions.local.work.TerminalNotifier;
import io.tiercel.functions.notification.Announcer;
import io.tiercel.functions.notification.PlannedResponse;
import io.tiercel.functions.notification.Routing;
import io.tiercel.functions.notification.SlackResponse;
import io.tiercel.functions.notification.file.InteractSpec;
import io.tiercel.functions.notification.file.NotificationFile;
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
    private final Settings settings = Settings.read(ConfigProvider.getConfig());
    private final Database database = Database.open(settings.dataFolder());
    private final SqliteIncidentStore incidents = new SqliteIncidentStore(database, clock);
    private final SqliteAnnouncementStore announcements = new SqliteAnnouncementStore(database);
    private final SqliteAuditLog audit = new SqliteAuditLog(database);
    private final ResponseQueue responses = new ResponseQueue(database);
    private final IncidentRules rules = settings.incidents();
    private final Responses response = new Responses(
            ConfigProvider.getConfig(),
            settings.dataFolder(),
            new SqliteStateStore(database),
            incidents,
            audit,
            responses,
            this::changed,
            clock);
    private final Responder responder = response.responder();
    private final TerminalNotifier terminal = new TerminalNotifier(System.out, ZoneId.systemDefault());
    private final SlackResponse slackReplies = SlackResponse.toSlack();
    private final PlannedResponse board = new PlannedResponse(response::of);
    private final People people = People.of(settings, terminal, clock);
    private final Announcer announcer =
            new Announcer(incidents, announcements, board, people.routing(), people.notifiers(), clock);
    private final List<ChannelLoop> channels = announcer.notifiers().stream()
            .map(notifier -> new ChannelLoop(announcer, notifier, clock))
            .toList();

    @Produces
    @Singleton
    SqliteIncidentStore incidents() {
        return incidents;
    }

    @Produces
    @Singleton
    SqliteAnnouncementStore announcements() {
        return announcements;
    }

    @Produces
    @Singleton
    Inbox inbox() {
        return new Inbox(database, clock);
    }

    @Produces
    @Singleton
    Announcer announcer() {
        return announcer;
    }

    @Produces
    @Singleton
    SqliteAuditLog audit() {
        return audit;
    }

    @Produces
    @Singleton
    Token token() {
        return settings.token().orElseGet(() -> Token.in(settings.dataFolder()));
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
    Interactions interactions(IncidentCloser closer) {
        ClosingByHand closing = (incident, by) -> closer.close(incident.id(), by);
        return Interactions.of(
                settings.notifications().map(NotificationFile::interact).orElse(InteractSpec.NONE),
                new Deeds(incidents, announcements, responder, closing, audit, this::changed, clock),
                new SqliteUsedTokens(database, clock),
                slackReplies::say,
                clock);
    }

    @Produces
    @Singleton
    SweepStage sweepStage(IncidentCloser closer) {
        return new SweepStage(incidents, rules, responder, closer, clock);
    }

    @Produces
    @Singleton
    InboxWorker worker(Inbox inbox, EnrichStage enrichStage, DeduplicateStage deduplicateStage) {
        return new InboxWorker(database, inbox, incidents, enrichStage, deduplicateStage);
    }

    @Produces
    @Singleton
    ResponseWorker responding(TiercelFunctions functions) {
        return new ResponseWorker(responses, functions);
    }

    @Produces
    @Singleton
    SweepLoop sweeper(TiercelFunctions functions) {
        return new SweepLoop(functions);
    }

    private void grown(String incidentId) {
        database.afterCommit(() -> channels.forEach(ChannelLoop::wake));
    }

    private void changed(String incidentId) {
        database.afterCommit(() -> channels.forEach(channel -> channel.wake(incidentId)));
    }

    void start(@Observes StartupEvent event, InboxWorker worker, ResponseWorker responding, SweepLoop sweeper) {
        channels.forEach(ChannelLoop::start);
        worker.start();
        responding.start();
        sweeper.start();
    }

    /** What the terminal owes is said before the end; the rest waits in the database for the next start. */
    void stop(@Observes ShutdownEvent event, InboxWorker worker, ResponseWorker responding, SweepLoop sweeper) {
        worker.stop(PATIENCE);
        sweeper.stop(PATIENCE);
        responding.stop(PATIENCE);
        channels.forEach(channel -> channel.stop(PATIENCE));
        InstantSource pauseOver = () -> clock.instant().plus(terminal.pause());
        new Announcer(incidents, announcements, board, Routing.EVERYWHERE, List.of(terminal), pauseOver)
                .announceDue(LAST_LINES);
        people.close();
        slackReplies.close();
        database.close();
    }
}
