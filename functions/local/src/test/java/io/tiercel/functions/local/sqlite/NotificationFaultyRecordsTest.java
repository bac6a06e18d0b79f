package io.tiercel.functions.local.sqlite;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.functions.contract.Alerts;
import io.tiercel.functions.incident.IncidentRule;
import io.tiercel.functions.incident.UrgencyClass;
import io.tiercel.functions.local.worker.NotificationWorker;
import io.tiercel.functions.notification.ChannelWaker;
import io.tiercel.functions.notification.NotificationOutbox;
import io.tiercel.functions.notification.NotificationRecord;
import io.tiercel.functions.notification.RecordingChannel;
import io.tiercel.functions.notification.SingleIncidentStore;
import io.tiercel.functions.notification.Subject;
import io.tiercel.functions.privacy.SubjectEraser;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Notification records whose documents were erased in part or cannot be read. */
@Tag("unit")
class NotificationFaultyRecordsTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final String CHANNEL = "night-watch";

    private final InstantSource clock = InstantSource.fixed(Instant.parse("2026-03-01T12:00:00Z"));

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    @SuppressWarnings("NullAway.Init")
    private SqliteStores stores;

    @SuppressWarnings("NullAway.Init")
    private NotificationOutbox outbox;

    @BeforeEach
    void open() {
        stores = SqliteStores.open(folder, clock);
        outbox = new NotificationOutbox(
                new NotificationOutbox.Stores(
                        stores.incidents(), stores.notifications(), stores.state(), SingleIncidentStore.PLAN_PREVIEW),
                NotificationOutbox.Policies.ALL,
                List.of(new RecordingChannel(CHANNEL)),
                ChannelWaker.NONE,
                clock);
    }

    @AfterEach
    void close() {
        stores.close();
    }

    private Subject openIncident(String rule) {
        return Subject.incident(stores.incidents()
                .record(Alerts.incidentAlert(rule, rule, "Notice", clock.instant()), IncidentRule.DEFAULT.maxOpen())
                .incidentId());
    }

    /** Opens an incident whose record cannot be read. */
    private Subject openUnreadable() {
        Subject subject = openIncident("unreadable");
        store(subject);
        int changed = stores.database().write(connection -> {
            try (var update = connection.prepareStatement("UPDATE notification SET document = '?' WHERE subject = ?")) {
                update.setString(1, subject.key());
                return update.executeUpdate();
            }
        });
        assertEquals(1, changed);
        return subject;
    }

    private void store(Subject subject) {
        assertTrue(stores.notifications()
                .replace(NotificationRecord.initial(subject, CHANNEL).storedAs(subject, CHANNEL, 1)));
    }

    private boolean pending(Subject subject) {
        return stores.notifications()
                .findRecord(subject, CHANNEL)
                .map(record -> record.pending() != null)
                .orElse(false);
    }

    @Test
    void a_record_of_a_channel_whose_name_is_erased_stays_usable() {
        Subject subject = openIncident("rule");
        store(subject);
        assertEquals(
                1,
                new SqliteErasure(stores.database(), clock)
                        .erase(SubjectEraser.of(CHANNEL), false)
                        .total());
        NotificationRecord record =
                stores.notifications().findRecord(subject, CHANNEL).orElseThrow();
        assertEquals(List.of(CHANNEL, subject, 2L), List.of(record.channel(), record.subject(), record.revision()));
        assertEquals(List.of(record), stores.notifications().listRecords(subject));
        assertTrue(stores.notifications().replace(record.storedAs(subject, record.channel(), 3)));
    }

    @Test
    void a_record_that_cannot_be_read_postpones_its_request_only() {
        NotificationQueue queue = new NotificationQueue(stores.database(), clock);
        Subject unreadable = openUnreadable();
        Subject readable = openIncident("readable");
        queue.publish(unreadable.id(), "opened");
        queue.publish(readable.id(), "opened");
        NotificationWorker worker = new NotificationWorker(queue, outbox, clock);
        worker.start();
        try {
            await().atMost(TIMEOUT).until(() -> pending(readable) && queue.waiting() == 1);
        } finally {
            worker.stop(TIMEOUT);
        }
        assertTrue(queue.nextDue(UrgencyClass.UNVERIFIED).orElseThrow().isAfter(clock.instant()));
    }

    @Test
    void a_record_that_cannot_be_read_does_not_stop_the_repair() {
        openUnreadable();
        Subject readable = openIncident("readable");
        assertEquals(1, outbox.repair().run(clock.instant().plusSeconds(60)));
        assertTrue(pending(readable));
        assertEquals(0, outbox.repair().run(clock.instant().plusSeconds(60)), "the cycle has ended");
    }
}
