package io.tiercel.functions.notification.silence;

import static io.tiercel.functions.notification.silence.SilencedFixtures.incident;
import static io.tiercel.functions.notification.silence.SilencedFixtures.state;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.functions.audit.AuditRecord;
import io.tiercel.functions.contract.Alerts;
import io.tiercel.functions.contract.StoreContract;
import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.incident.IncidentClosure;
import io.tiercel.functions.incident.StoreUnavailable;
import io.tiercel.functions.notification.ChannelLane;
import io.tiercel.functions.notification.ChannelStarts;
import io.tiercel.functions.notification.ChannelWaker;
import io.tiercel.functions.notification.DeliveryResult;
import io.tiercel.functions.notification.GroupNotification;
import io.tiercel.functions.notification.Grouping;
import io.tiercel.functions.notification.IncidentNotification;
import io.tiercel.functions.notification.NotificationChannel;
import io.tiercel.functions.notification.NotificationOutbox;
import io.tiercel.functions.notification.Routing;
import io.tiercel.functions.notification.SilenceFilter;
import io.tiercel.functions.notification.SilenceScope;
import io.tiercel.functions.notification.silence.Silence.Source;
import io.tiercel.functions.respond.state.StateDocuments;
import io.tiercel.functions.respond.state.StateStore.Schedule;
import io.tiercel.functions.respond.state.StateStore.Versioned;
import io.tiercel.rules.alert.Priority;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The contract of silences over both stores. */
public abstract class SilencesContract extends StoreContract {
    private static final Duration HOUR = Duration.ofHours(1);

    private final List<String> published = new ArrayList<>();
    private final List<String> log = new ArrayList<>();

    private ActiveSilences active(Silence... file) {
        return new ActiveSilences(List.of(file), stores.state(), () -> now, log::add);
    }

    private Silences silences(ActiveSilences active) {
        return new Silences(active, stores.audit(), (id, change) -> published.add(id), () -> now);
    }

    private void maintain() {
        new SilenceMaintenance(stores.state(), stores.audit(), (id, change) -> published.add(id), () -> now).run();
    }

    private SilenceRequest request(String when, Duration duration) {
        return new SilenceRequest(when, "maintenance", "sre", now.plus(duration), false);
    }

    private Optional<String> silencing(ActiveSilences active, String rule) {
        return silencing(active, incident(rule), "");
    }

    private Optional<String> silencing(ActiveSilences active, Incident incident, String plan) {
        return active.silenced(incident, state(incident, plan), now).map(SilenceFilter.Silenced::id);
    }

    @Test
    void a_silence_lasts_until_its_time_and_covers_what_matches() {
        ActiveSilences active = active();
        Silence silence = silences(active).add(request("incident.rule = A", HOUR), Source.API, "http:alice");
        assertEquals(Optional.of(silence.id()), silencing(active, "A"));
        assertEquals(Optional.empty(), silencing(active, "B"));
        stores = stores.reopen();
        ActiveSilences other = active();
        assertEquals(Optional.of(silence.id()), silencing(other, "A"));
        now = now.plus(HOUR).minusMillis(1);
        assertEquals(Optional.of(silence.id()), silencing(other, "A"));
        now = now.plusMillis(1);
        assertEquals(Optional.empty(), silencing(other, "A"));
        assertEquals(List.of(), silences(other).list());
        assertEquals(0, other.countActive());
    }

    @Test
    void a_change_takes_effect_in_every_process_within_seconds() {
        ActiveSilences here = active();
        ActiveSilences there = active();
        assertEquals(Optional.empty(), silencing(there, "A"));
        Silence silence = silences(here).add(request("incident.rule = A", HOUR), Source.API, "http:alice");
        assertEquals(Optional.of(silence.id()), silencing(here, "A"), "at once in the same process");
        now = now.plus(ActiveSilences.MAX_AGE);
        assertEquals(Optional.of(silence.id()), silencing(there, "A"));
        assertEquals(Optional.of(silence), silences(here).end(silence.id(), "http:bob"));
        assertEquals(Optional.empty(), silencing(here, "A"));
        now = now.plus(ActiveSilences.MAX_AGE);
        assertEquals(Optional.empty(), silencing(there, "A"));
        assertEquals(Optional.empty(), silences(here).end(silence.id(), "http:bob"));
    }

    @Test
    void its_incidents_are_counted_once_and_published_when_it_ends() {
        ActiveSilences active = active();
        Silences silences = silences(active);
        silences.add(request("incident.rule startswith A", HOUR), Source.API, "http:alice");
        TreeSet<String> expected = new TreeSet<>();
        for (String rule : List.of("A1", "A2", "A1", "A3", "B", "A2")) {
            silencing(active, rule);
            if (rule.startsWith("A")) {
                expected.add(incident(rule).id());
            }
            now = now.plusSeconds(1);
        }
        SilenceStatus status = silences.list().getFirst();
        assertEquals(3, status.incidents());
        assertEquals(3, active.countIncidents());
        assertEquals(1, active.countActive());
        assertTrue(!status.more() && assertNotNullInstant(status.lastMatched()).isAfter(NOW));
        maintain();
        assertEquals(List.of(), published, "it is active");
        now = NOW.plus(HOUR);
        maintain();
        assertEquals(expected, new TreeSet<>(published));
        assertEquals(3, published.size());
        maintain();
        assertEquals(3, published.size(), "once");
    }

    private static Instant assertNotNullInstant(@Nullable Instant time) {
        assertNotNull(time);
        return time;
    }

    @Test
    void an_early_end_publishes_at_once_and_again_when_no_process_has_it_in_its_cache() {
        ActiveSilences active = active();
        Silences silences = silences(active);
        Silence silence = silences.add(request("incident.rule = A", HOUR), Source.API, "http:alice");
        silencing(active, "A");
        silences.end(silence.id(), "http:bob");
        assertEquals(List.of(incident("A").id()), published);
        published.clear();
        maintain();
        assertEquals(List.of(), published, "others may have it in their cache");
        now = now.plusSeconds(60);
        maintain();
        assertEquals(List.of(incident("A").id()), published);
    }

    @Test
    void an_incident_that_was_silenced_again_is_published_when_the_last_silence_ends() {
        ActiveSilences active = active();
        Silences silences = silences(active);
        Incident incident = incident("A");
        SilenceScope scope = SilenceScope.of(state(incident));
        silences.addForIncident(incident.id(), "A", scope, HOUR, "slack:UALICE");
        silencing(active, "A");
        now = now.plusSeconds(600);
        silences.addForIncident(incident.id(), "A", scope, Duration.ofHours(8), "slack:UALICE");
        assertEquals(1, silences.list().size(), "it is replaced");
        now = now.plus(HOUR);
        maintain();
        assertEquals(List.of(), published);
        assertTrue(silencing(active, "A").isPresent());
        now = now.plus(Duration.ofHours(8));
        maintain();
        assertEquals(List.of(incident.id()), published);
    }

    @Test
    void a_silence_from_slack_ends_to_apply_when_the_incident_becomes_worse() {
        ActiveSilences active = active();
        Incident seen = incident("A", Priority.WARNING, false, false);
        silences(active).addForIncident(seen.id(), "A", SilenceScope.of(state(seen)), HOUR, "slack:UALICE");
        assertTrue(silencing(active, seen, "").isPresent());
        assertTrue(silencing(active, incident("A", Priority.NOTICE, false, false), "")
                .isPresent());
        for (Incident worse : List.of(
                incident("A", Priority.ERROR, false, false),
                incident("A", Priority.WARNING, true, false),
                incident("A", Priority.WARNING, false, true))) {
            assertEquals(Optional.empty(), silencing(active, worse, ""));
        }
        assertEquals(Optional.empty(), silencing(active, seen, SilencedFixtures.PLAN));
    }

    /** From the alert to the channel, with the real outbox. */
    @Test
    void the_outbox_withholds_what_is_silenced_and_delivers_it_afterwards() {
        ActiveSilences active = active();
        Silences silences = silences(active);
        RecordingChannel channel = new RecordingChannel();
        NotificationOutbox outbox = new NotificationOutbox(
                new NotificationOutbox.Stores(
                        stores.incidents(), stores.notifications(), stores.state(), incident -> Optional.empty()),
                new NotificationOutbox.Policies(Routing.ALL_CHANNELS, active, Grouping.NONE, ChannelStarts.ALWAYS),
                List.of(channel),
                ChannelWaker.NONE,
                () -> now);
        silences.add(request("incident.rule startswith Quiet", HOUR), Source.API, "http:alice");
        String quiet = open("QuietRule", "Warning");
        String quietAndClosed = open("QuietClosed", "Warning");
        String loud = open("Loud", "Warning");
        List.of(quiet, quietAndClosed, loud).forEach(outbox.planner()::plan);
        deliver(outbox);
        assertEquals(List.of(loud + " open"), channel.sent);
        Silence later = silences.add(request("incident.rule = Loud", HOUR), Source.API, "http:alice");
        close(loud);
        close(quietAndClosed);
        List.of(loud, quietAndClosed).forEach(outbox.planner()::plan);
        deliver(outbox);
        assertEquals(List.of(loud + " open", loud + " closed"), channel.sent, "the end of what was delivered");
        silences.end(later.id(), "http:alice");
        now = now.plus(HOUR);
        deliver(outbox);
        assertEquals(
                List.of(loud + " open", loud + " closed", quiet + " open"),
                channel.sent,
                "what is open when the silence ends, and nothing of what has closed since");
    }

    private String open(String rule, String priority) {
        return stores.incidents()
                .record(Alerts.incidentAlert(rule, rule, priority, now), 50)
                .incidentId();
    }

    private void close(String id) {
        Incident incident = stores.incidents().find(id).orElseThrow();
        assertTrue(stores.incidents().close(incident, new IncidentClosure(now, "quiet", Long.MAX_VALUE)));
    }

    private static void deliver(NotificationOutbox outbox) {
        for (int i = 0; i < 10; i++) {
            outbox.lanes().forEach(ChannelLane::runOnce);
        }
    }

    private static final class RecordingChannel implements NotificationChannel {
        private final List<String> sent = new ArrayList<>();

        @Override
        public String name() {
            return "chat";
        }

        @Override
        public Duration sendInterval() {
            return Duration.ZERO;
        }

        @Override
        public DeliveryResult send(IncidentNotification notification) {
            sent.add(notification.incident().id() + " " + notification.state().state());
            return new DeliveryResult.Sent("thread");
        }

        @Override
        public DeliveryResult sendGroup(GroupNotification notification) {
            throw new AssertionError("no incident is grouped");
        }
    }

    @Test
    void every_change_is_in_the_audit_log_with_its_person() {
        Silences silences = silences(active());
        Silence first = silences.add(request("incident.rule = A", HOUR), Source.API, "http:alice");
        silences.end(first.id(), "http:bob");
        Incident incident = incident("B");
        Silence second =
                silences.addForIncident(incident.id(), "B", SilenceScope.of(state(incident)), HOUR, "slack:UCAROL");
        silences.end(second.id(), "slack:UDAVE");
        List<String> lines = stores.audit().entriesFor(incident.id(), 10).stream()
                .map(AuditRecord::line)
                .toList();
        assertEquals(2, lines.size());
        assertTrue(lines.get(0).contains("slack:UCAROL") && lines.get(0).contains("silences notifications"));
        assertTrue(lines.get(1).contains("slack:UDAVE") && lines.get(1).contains("ends a silence"));
        assertEquals(List.of("http:alice", "http:bob"), entriesWithoutIncident());
    }

    /** The persons of the entries about no incident, in order. */
    private List<String> entriesWithoutIncident() {
        List<String> persons = new ArrayList<>();
        stores.auditSource().entries("-operators", 0, 100).forEach(entry -> {
            String line = entry.record().line();
            for (String person : List.of("http:alice", "http:bob", "cli:eve", "cli:frank")) {
                if (line.contains("\"" + person + "\"")) {
                    persons.add(person);
                }
            }
        });
        return persons;
    }

    @Test
    void the_changes_of_a_command_without_the_audit_log_are_entered_by_the_maintenance() {
        Silences command = new Silences(active(), null, null, () -> now);
        Silence first = command.add(request("incident.rule = A", HOUR), Source.CLI, "cli:eve");
        maintain();
        maintain();
        assertEquals(List.of("cli:eve"), entriesWithoutIncident());
        command.end(first.id(), "cli:frank");
        maintain();
        maintain();
        assertEquals(List.of("cli:eve", "cli:frank"), entriesWithoutIncident());
        Silence second = command.add(request("incident.rule = B", HOUR), Source.CLI, "cli:eve");
        command.end(second.id(), "cli:frank");
        now = now.plus(HOUR).plus(HOUR);
        maintain();
        assertEquals(
                List.of("cli:eve", "cli:frank", "cli:eve", "cli:frank"),
                entriesWithoutIncident(),
                "also if it has ended since");
        assertEquals(List.of(), new SilenceStore(stores.state()).read());
    }

    @Test
    void concurrent_changes_keep_all_silences_up_to_the_limit() throws Exception {
        int callers = stores.slow() ? 24 : 64;
        List<Callable<String>> tasks = new ArrayList<>();
        for (int i = 0; i < callers; i++) {
            String when = "incident.rule = R" + i;
            tasks.add(() -> silences(active())
                    .add(request(when, HOUR), Source.API, "http:alice")
                    .id());
        }
        TreeSet<String> added = new TreeSet<>(runAll(tasks));
        assertEquals(callers, added.size());
        assertEquals(
                added,
                silences(active()).list().stream()
                        .map(status -> status.silence().id())
                        .collect(Collectors.toCollection(TreeSet::new)));
    }

    private static <T> List<T> runAll(List<Callable<T>> tasks) throws Exception {
        try (ExecutorService workers = Executors.newFixedThreadPool(8)) {
            List<T> results = new ArrayList<>();
            for (Future<T> result : workers.invokeAll(tasks)) {
                results.add(result.get());
            }
            return results;
        }
    }

    @Test
    void there_are_at_most_200_silences_and_ended_ones_make_room() {
        Silences silences = silences(active());
        List<Silence> added = new ArrayList<>();
        for (int i = 0; i < SilenceStore.MAX_SILENCES; i++) {
            added.add(silences.add(request("incident.rule = R" + i, HOUR), Source.API, "http:alice"));
        }
        InvalidSilence full = assertThrows(
                InvalidSilence.class, () -> silences.add(request("incident.rule = X", HOUR), Source.API, "http:alice"));
        assertTrue(String.valueOf(full.getMessage()).contains("at most 200"), full.getMessage());
        silences.end(added.getFirst().id(), "http:alice");
        silences.add(request("incident.rule = X", HOUR.plus(HOUR)), Source.API, "http:alice");
        now = now.plus(HOUR);
        silences.add(request("incident.rule = Y", HOUR), Source.API, "http:alice");
        assertEquals(2, new SilenceStore(stores.state()).read().size(), "ended ones are dropped");
    }

    @Test
    void a_stored_condition_that_cannot_be_compiled_silences_nothing_and_is_reported_once() {
        Silence broken =
                new Silence("broken", "incident.renamed = 1", "r", "o", Source.API, "http", NOW, NOW.plus(HOUR));
        new SilenceStore(stores.state()).put(broken, true, NOW);
        ActiveSilences active = active();
        Silence valid = silences(active).add(request("incident.rule = A", HOUR), Source.API, "http:alice");
        assertEquals(Optional.of(valid.id()), silencing(active, "A"));
        assertEquals(Optional.empty(), silencing(active, "B"));
        now = now.plus(ActiveSilences.MAX_AGE).plus(ActiveSilences.MAX_AGE);
        silencing(active, "B");
        assertEquals(1, log.size());
        assertTrue(log.getFirst().contains("silence broken silences nothing: invalid condition"), log.toString());
        SilenceStatus status = silences(active).list().stream()
                .filter(listed -> listed.silence().id().equals("broken"))
                .findFirst()
                .orElseThrow();
        assertTrue(String.valueOf(status.error()).contains("unknown field incident.renamed"));
        assertEquals(1, active.countActive());
    }

    @Test
    void silences_of_the_file_cannot_be_ended() {
        Silence inFile = new Silence(
                "file-1", "incident.rule = A", "r", "o", Source.FILE, "file", Instant.EPOCH, NOW.plus(HOUR));
        ActiveSilences active = active(inFile);
        assertEquals(Optional.of("file-1"), silencing(active, "A"));
        InvalidSilence rejected =
                assertThrows(InvalidSilence.class, () -> silences(active).end("file-1", "http:alice"));
        assertTrue(String.valueOf(rejected.getMessage()).contains("remove it there"));
        now = now.plus(HOUR);
        assertEquals(Optional.empty(), silencing(active, "A"));
        maintain();
        assertEquals(List.of(incident("A").id()), published);
    }

    @Test
    void counting_never_fails_and_reading_always_says_so() {
        Silence silence = silences(active()).add(request("incident.rule = A", HOUR), Source.API, "http:alice");
        boolean[] writable = new boolean[1];
        boolean[] readable = {true};
        StateDocuments failing = new StateDocuments() {
            @Override
            public Optional<Versioned> read(String key) {
                if (!readable[0]) {
                    throw new StoreUnavailable("down", null);
                }
                return stores.state().read(key);
            }

            @Override
            public boolean write(String key, long expectedVersion, String document, Schedule schedule) {
                if (!writable[0]) {
                    throw new StoreUnavailable("down", null);
                }
                return stores.state().write(key, expectedVersion, document, schedule);
            }
        };
        ActiveSilences active = new ActiveSilences(List.of(), failing, () -> now, log::add);
        assertEquals(Optional.of(silence.id()), silencing(active, "A"));
        writable[0] = true;
        now = now.plusSeconds(5);
        silencing(active, "A");
        assertEquals(1, silences(active).list().getFirst().incidents(), "counted as soon as the store works");
        readable[0] = false;
        now = now.plus(ActiveSilences.MAX_AGE);
        assertThrows(StoreUnavailable.class, () -> silencing(active, "A"), "the caller tries again later");
    }
}
