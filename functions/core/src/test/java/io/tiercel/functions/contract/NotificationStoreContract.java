package io.tiercel.functions.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.functions.incident.IncidentRule;
import io.tiercel.functions.notification.Acknowledgement;
import io.tiercel.functions.notification.NotificationRecord;
import io.tiercel.functions.notification.NotificationRecord.Attempts;
import io.tiercel.functions.notification.NotificationRecord.Delivered;
import io.tiercel.functions.notification.NotificationRecord.Pending;
import io.tiercel.functions.notification.NotificationRecord.Placement;
import io.tiercel.functions.notification.NotificationState;
import io.tiercel.functions.notification.NotificationStore;
import io.tiercel.functions.notification.Subject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The contract of {@link io.tiercel.functions.notification.NotificationStore}. */
public abstract class NotificationStoreContract extends StoreContract {
    private static final String UNKNOWN = "000000000000000000000000";

    private String open(String rule, Instant time) {
        return stores.incidents()
                .record(Alerts.incidentAlert(rule, rule, "Notice", time), IncidentRule.DEFAULT.maxOpen())
                .incidentId();
    }

    private static final NotificationState OPEN = new NotificationState("open", 1, "Notice", "", "", false, "");

    private static NotificationRecord record(
            Subject subject, String channel, @Nullable Pending pending, long revision) {
        return new NotificationRecord(
                subject,
                channel,
                new Delivered(OPEN, 3, 2, "C1 1.2", "hash", 4, NOW.toEpochMilli()),
                pending,
                new Attempts(1, "Slack answered 500", 2, NOW.toEpochMilli()),
                new Placement("1-Notice-open", OPEN, List.of("g1", "g2"), false),
                revision);
    }

    private static Pending pending(int urgency, Instant due, @Nullable String silence) {
        return new Pending("desired", 5, urgency, due.minusSeconds(9).toEpochMilli(), due.toEpochMilli(), silence);
    }

    @Test
    void records_are_stored_by_subject_and_channel() {
        String incident = open("rule", NOW);
        Subject subject = Subject.incident(incident);
        Subject group = Subject.group("g1");
        assertEquals(List.of(), stores.notifications().listRecords(subject));
        assertEquals(Optional.empty(), stores.notifications().findRecord(subject, "slack"));
        NotificationRecord slack = record(subject, "slack", pending(2, NOW, "silence"), 1);
        NotificationRecord pager = NotificationRecord.initial(subject, "pager").storedAs(subject, "pager", 1);
        NotificationRecord grouped = record(group, "slack", null, 1);
        assertTrue(stores.notifications().replace(slack));
        assertTrue(stores.notifications().replace(pager));
        assertTrue(stores.notifications().replace(grouped));
        assertEquals(List.of(pager, slack), stores.notifications().listRecords(subject));
        assertEquals(List.of(grouped), stores.notifications().listRecords(group));
        stores = stores.reopen();
        assertEquals(Optional.of(slack), stores.notifications().findRecord(subject, "slack"));
        assertEquals(Optional.of(grouped), stores.notifications().findRecord(group, "slack"));
        assertEquals(1, stores.incidents().find(incident).orElseThrow().sample().size());
    }

    @Test
    void a_replacement_requires_the_previous_revision() {
        Subject subject = Subject.incident(open("rule", NOW));
        assertFalse(stores.notifications().replace(record(subject, "slack", null, 2)), "there is nothing to replace");
        assertTrue(stores.notifications().replace(record(subject, "slack", null, 1)));
        assertFalse(stores.notifications().replace(record(subject, "slack", null, 1)), "another process was faster");
        assertFalse(stores.notifications().replace(record(subject, "slack", null, 3)));
        NotificationRecord second = record(subject, "slack", pending(1, NOW, null), 2);
        assertTrue(stores.notifications().replace(second));
        assertFalse(stores.notifications().replace(second));
        assertEquals(Optional.of(second), stores.notifications().findRecord(subject, "slack"));
    }

    @Test
    void due_messages_are_found_by_urgency_and_then_by_time() {
        List<Subject> subjects = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            subjects.add(Subject.incident(open("rule " + i, NOW)));
        }
        List<Pending> pending = List.of(
                pending(5, NOW.minusSeconds(1), null),
                pending(0, NOW.plusMillis(1), null),
                pending(2, NOW, null),
                pending(2, NOW.minusSeconds(60), null),
                pending(7, NOW, null),
                pending(4, NOW.minusSeconds(5), "silence"));
        for (int i = 0; i < pending.size(); i++) {
            assertTrue(stores.notifications().replace(record(subjects.get(i), "slack", pending.get(i), 1)));
        }
        assertTrue(stores.notifications().replace(record(Subject.group("g1"), "slack", pending(6, NOW, null), 1)));
        List<Subject> expected = List.of(
                subjects.get(3),
                subjects.get(2),
                subjects.get(5),
                subjects.get(0),
                Subject.group("g1"),
                subjects.get(4));
        assertEquals(expected, stores.notifications().findDue("slack", NOW, 10));
        assertEquals(expected.subList(0, 3), stores.notifications().findDue("slack", NOW, 3));
        assertEquals(
                subjects.get(1),
                stores.notifications().findDue("slack", NOW.plusMillis(1), 10).getFirst());
        assertEquals(List.of(), stores.notifications().findDue("pager", NOW, 10));
        assertEquals(Optional.of(NOW.minusSeconds(60)), stores.notifications().nextDue("slack"));
        assertEquals(Optional.empty(), stores.notifications().nextDue("pager"));
        assertEquals(
                new NotificationStore.Backlog(6, Optional.of(NOW.minusSeconds(69))),
                stores.notifications().backlog("slack"));
        assertEquals(NotificationStore.Backlog.EMPTY, stores.notifications().backlog("pager"));
    }

    @Test
    void a_message_that_is_settled_is_no_longer_due() {
        Subject subject = Subject.incident(open("rule", NOW));
        assertTrue(stores.notifications().replace(record(subject, "slack", pending(1, NOW, null), 1)));
        assertEquals(List.of(subject), stores.notifications().findDue("slack", NOW, 10));
        assertTrue(stores.notifications().replace(record(subject, "slack", null, 2)));
        assertEquals(List.of(), stores.notifications().findDue("slack", NOW, 10));
        assertEquals(Optional.empty(), stores.notifications().nextDue("slack"));
        assertEquals(NotificationStore.Backlog.EMPTY, stores.notifications().backlog("slack"));
    }

    @Test
    void the_last_acknowledgement_is_stored() {
        String incident = open("rule", NOW);
        assertEquals(Optional.empty(), stores.notifications().acknowledgement(incident));
        stores.notifications().acknowledge(new Acknowledgement(incident, 1, "slack:U1", 5));
        Acknowledgement second = new Acknowledgement(incident, 2, "slack:U2", 6);
        stores.notifications().acknowledge(second);
        assertEquals(Optional.of(second), stores.notifications().acknowledgement(incident));
        stores.notifications().acknowledge(new Acknowledgement(UNKNOWN, 1, "x", 1));
        assertEquals(Optional.empty(), stores.notifications().acknowledgement(UNKNOWN));
    }
}
