package io.tiercel.functions.notify.pagerduty;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What the PagerDuty channel does when an incident escalates. The setting {@code on-escalation}. */
enum OnEscalation {
    /** Triggers another alert with a key of its own, which pages again unless the service groups alerts. */
    NEW_ALERT,
    /** Triggers with the same key, which changes the alert and does not page again. */
    UPDATE,
    /** Like {@link #UPDATE}, and raises the urgency of the PagerDuty incident through the REST API. */
    INCIDENTS_API;

    /** Returns the value in the notification file, for example {@code new-alert}. */
    String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static Optional<OnEscalation> parse(String label) {
        return Arrays.stream(values())
                .filter(mode -> mode.label().equals(label))
                .findFirst();
    }
}
