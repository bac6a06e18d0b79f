package io.tiercel.functions.local;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.tiercel.functions.AlertFlow;
import io.tiercel.functions.TiercelFunctions;
import io.tiercel.functions.enrich.Attack;
import io.tiercel.functions.enrich.Enricher;
import io.tiercel.functions.local.store.Database;
import io.tiercel.functions.local.store.Inbox;
import io.tiercel.functions.local.store.SqliteAnnouncementStore;
import io.tiercel.functions.local.store.SqliteIncidentStore;
import io.tiercel.functions.local.work.ChannelLoop;
import io.tiercel.functions.local.work.InboxWorker;
import io.tiercel.functions.local.work.TerminalNotifier;
import io.tiercel.functions.notification.Announcer;
import io.tiercel.functions.notification.PlannedResponse;
import io.tiercel.functions.notification.Routing;
import io.tiercel.functions.respond.Planner;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.List;
import org.eclipse.microprofile.config.ConfigProvider;

/** Puts the server together, starts its threads, and takes it apart again. */
@Singleton
final class Wiring {
    private static final Duration PATIENCE = Duration.ofMillis(500);
    private static final int LAST_LINES = 100;

    private final InstantSource clock = InstantSource.system();
    private final Settings settings = Settings.read(ConfigProvider.getConfig());
    private final Database database = Database.open(settings.dataFolder());
    private final SqliteIncidentStore incidents = new SqliteIncidentStore(database);
    private final SqliteAnnouncementStore announcements = new SqliteAnnouncementStore(database);
    private final TerminalNotifier terminal = new TerminalNotifier(System.out, ZoneId.systemDefault());
    private final PlannedResponse responses = new PlannedResponse();
    private final People people = People.of(settings, terminal);
    private final Announcer announcer =
            new Announcer(incidents, announcements, responses, people.routing(), people.notifiers(), clock);
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
    AlertFlow alertFlow() {
        return new AlertFlow(
                new Enricher(settings.cluster(), Attack.load()),
                Planner.withDefaultPolicies(),
                incidents,
                incidentId -> database.afterCommit(() -> channels.forEach(ChannelLoop::wake)));
    }

    @Produces
    @Singleton
    InboxWorker worker(Inbox inbox, TiercelFunctions functions) {
        return new InboxWorker(database, inbox, incidents, functions);
    }

    void start(@Observes StartupEvent event, InboxWorker worker) {
        channels.forEach(ChannelLoop::start);
        worker.start();
    }

    /** What the terminal owes is said before the end; the rest waits in the database for the next start. */
    void stop(@Observes ShutdownEvent event, InboxWorker worker) {
        worker.stop(PATIENCE);
        channels.forEach(channel -> channel.stop(PATIENCE));
        InstantSource pauseOver = () -> clock.instant().plus(terminal.pause());
        new Announcer(incidents, announcements, responses, Routing.EVERYWHERE, List.of(terminal), pauseOver)
                .announceDue(LAST_LINES);
        people.close();
        database.close();
    }
}
