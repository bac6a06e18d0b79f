package io.tiercel.functions.notification;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** An incident of forged alerts that somebody acknowledged must not hide the genuine alert that joins it. */
@Tag("unit")
class VerifiedSenderNotificationTest {
    private static NotificationState state(boolean verified) {
        return new NotificationState("open", 1, "Warning", "", "ada", verified, "");
    }

    private static IncidentNotification after(NotificationState previous, NotificationState current) {
        SingleIncidentStore store = new SingleIncidentStore();
        store.setCount(2);
        NotificationRecord record = NotificationRecord.initial("i", "channel")
                .delivered(new NotificationContent(previous, 1, "hash", 0), 10, Duration.ZERO, null, Instant.EPOCH);
        return new IncidentNotification(
                store.find("i").orElseThrow(), current, Optional.empty(), record, Instant.EPOCH);
    }

    @Test
    void the_first_verified_alert_is_an_escalation() {
        IncidentNotification confirmed = after(state(false), state(true));
        assertTrue(confirmed.verified());
        assertTrue(confirmed.escalated());
        assertTrue(confirmed.stateChanged());
    }

    @Test
    void further_alerts_are_not() {
        for (IncidentNotification later : new IncidentNotification[] {
            after(state(true), state(true)), after(state(false), state(false)), after(state(true), state(false))
        }) {
            assertFalse(later.verified());
            assertFalse(later.escalated());
        }
        assertEquals(false, NotificationState.NONE.verified());
    }
}
