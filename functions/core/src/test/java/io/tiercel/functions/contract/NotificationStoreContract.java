package io.tiercel.functions.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.incident.IncidentClosure;
import io.tiercel.functions.incident.IncidentRule;
import io.tiercel.functions.notification.Acknowledgement;
import io.tiercel.functions.notification.NotificationRecord;
import io.tiercel.functions.notification.NotificationState;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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

    private static NotificationRecord delivered(
            String incident,
            String channel,
            long count,
            long pendingFrom,
            Instant notBefore,
            int attempts,
            long sent,
            @Nullable String error) {
        return new NotificationRecord(
                incident,
                channel,
                count,
                pendingFrom,
                notBefore,
                attempts,
                sent,
                error,
                new NotificationState("open", 1, "Notice", "", "", false),
                error == null ? "C1 1.2" : null,
                false,
                1);
    }

    private static NotificationRecord deliveredState(
            String incident, String state, int attempts, boolean inFlight, long revision) {
        return new NotificationRecord(
                incident,
                "slack",
                1,
                10,
                NOW,
                attempts,
                1,
                null,
                new NotificationState(state, 1, "Notice", "", "", false),
                "C1 1.2",
                inFlight,
                revision);
    }

    @Test
    void counts_that_were_not_delivered_are_pending() {
        String delivered = open("delivered", NOW);
        String growing = open("growing", NOW.plusSeconds(1));
        String waiting = open("waiting", NOW.plusSeconds(2));
        String silent = open("silent", NOW.plusSeconds(3));
        assertTrue(stores.notifications().replace(delivered(delivered, "slack", 1, 10, NOW, 0, 1, null)));
        assertTrue(stores.notifications().replace(delivered(growing, "slack", 1, 2, NOW.minusSeconds(5), 0, 1, null)));
        assertTrue(stores.notifications()
                .replace(delivered(waiting, "slack", 0, 1, NOW.plusMillis(1), 1, 0, "Slack answered 500")));
        stores.incidents()
                .record(Alerts.incidentAlert("growing 2", "growing", "Notice", NOW), IncidentRule.DEFAULT.maxOpen());

        assertEquals(List.of(silent, growing), stores.notifications().findPending("slack", NOW, 10));
        assertEquals(List.of(silent), stores.notifications().findPending("slack", NOW, 1));
        assertEquals(
                List.of(silent, growing, waiting), stores.notifications().findPending("slack", NOW.plusMillis(1), 10));
        assertEquals(
                Set.of(delivered, growing, waiting, silent),
                Set.copyOf(stores.notifications().findPending("pager", NOW, 10)),
                "another channel has delivered nothing");
    }

    @Test
    void a_message_is_never_pending_before_its_time() {
        String incident = open("rule", NOW);
        Instant notBefore = NOW.plusNanos(1);
        assertTrue(stores.notifications()
                .replace(delivered(incident, "slack", 0, 1, notBefore, 1, 0, "Slack answered 500")));
        assertEquals(List.of(), stores.notifications().findPending("slack", NOW, 10));
        assertEquals(List.of(incident), stores.notifications().findPending("slack", NOW.plusMillis(1), 10));
        assertFalse(stores.notifications()
                .findRecord(incident, "slack")
                .orElseThrow()
                .notBefore()
                .isBefore(notBefore));
    }

    @Test
    void records_are_stored_by_channel() {
        String incident = open("rule", NOW);
        assertEquals(List.of(), stores.notifications().listRecords(incident));
        assertEquals(Optional.empty(), stores.notifications().findRecord(incident, "slack"));
        NotificationRecord slack = delivered(incident, "slack", 3, 10, NOW.plusMillis(7), 2, 5, "Slack answered 500");
        NotificationRecord pager = delivered(incident, "pager", 1, 2, Instant.EPOCH, 0, 1, null);
        assertTrue(stores.notifications().replace(slack));
        assertTrue(stores.notifications().replace(pager));
        assertEquals(List.of(pager, slack), stores.notifications().listRecords(incident));
        assertEquals(Optional.of(slack), stores.notifications().findRecord(incident, "slack"));
        assertFalse(stores.notifications().replace(slack), "another dispatcher was faster");
        assertFalse(
                stores.notifications().replace(delivered(UNKNOWN, "slack", 1, 2, NOW, 0, 1, null)),
                "the incident does not exist");
        assertEquals(List.of(), stores.notifications().listRecords(UNKNOWN), "the incident does not exist");
    }

    @Test
    void a_replacement_requires_the_previous_revision() {
        String incident = open("rule", NOW);
        assertFalse(
                stores.notifications().replace(deliveredState(incident, "open", 0, false, 2)),
                "there is nothing to replace");
        assertTrue(stores.notifications().replace(deliveredState(incident, "open", 0, false, 1)));
        assertFalse(stores.notifications().replace(deliveredState(incident, "open", 0, false, 3)));
        NotificationRecord second = deliveredState(incident, "open", 0, true, 2);
        assertTrue(stores.notifications().replace(second));
        assertFalse(stores.notifications().replace(second));
        stores = stores.reopen();
        assertEquals(Optional.of(second), stores.notifications().findRecord(incident, "slack"));
    }

    @Test
    void a_change_of_state_is_pending_unless_the_channel_is_blocked() {
        String closed = open("closed", NOW);
        String retrying = open("retrying", NOW);
        String inFlight = open("in flight", NOW);
        assertTrue(stores.notifications().replace(deliveredState(closed, "closed", 0, false, 1)));
        assertTrue(stores.notifications().replace(deliveredState(retrying, "closed", 1, false, 1)));
        assertTrue(stores.notifications().replace(deliveredState(inFlight, "closed", 0, true, 1)));
        assertEquals(List.of(closed), stores.notifications().findPending("slack", NOW, 10));
    }

    @Test
    void an_escalation_and_a_closure_are_pending_until_they_are_delivered() {
        String incident = open("rule", NOW);
        assertTrue(stores.notifications().replace(deliveredState(incident, "open", 0, false, 1)));
        assertEquals(List.of(), stores.notifications().findPending("slack", NOW, 10));

        stores.incidents().markAudited(incident, 1, 1);
        assertEquals(List.of(incident), stores.notifications().findPending("slack", NOW, 10));
        assertTrue(stores.notifications().replace(deliveredState(incident, "escalated", 0, false, 2)));
        assertEquals(List.of(), stores.notifications().findPending("slack", NOW, 10));

        Incident escalated = stores.incidents().find(incident).orElseThrow();
        assertTrue(stores.incidents()
                .close(escalated, new IncidentClosure(NOW, IncidentClosure.QUIET, escalated.lastSeenNanos())));
        assertEquals(List.of(incident), stores.notifications().findPending("slack", NOW, 10));
        assertTrue(stores.notifications().replace(deliveredState(incident, "closed", 0, false, 3)));
        assertEquals(List.of(), stores.notifications().findPending("slack", NOW, 10));
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
