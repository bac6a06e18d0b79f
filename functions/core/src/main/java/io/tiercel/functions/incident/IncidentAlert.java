package io.tiercel.functions.incident;

import io.tiercel.functions.enrich.Enrichment;
import io.tiercel.functions.intake.IdentifiedAlert;
import io.tiercel.rules.alert.Alert;

/**
 * An alert, ready to be counted: everything that a store needs to open its incident or to add to it.
 *
 * @param alertId the alert's id, never the same for two different alerts
 * @param alert the alert
 * @param document the alert as JSON, at most {@link IdentifiedAlert#SAMPLE_LIMIT} characters, with longer texts cut
 * @param fingerprint its cause
 * @param enrichment what is known beyond it
 */
public record IncidentAlert(
        String alertId, Alert alert, String document, Fingerprint fingerprint, Enrichment enrichment) {
    private static final long MOST_FOLDED = 1_000_000_000;

    /** How many alerts it stands for: those that a sensor folded into one say so; 1 to 1,000,000,000. */
    public long count() {
        return alert.outputFields().get("tiercel.count") instanceof Long count ? Math.clamp(count, 1, MOST_FOLDED) : 1;
    }

    /** Event time of the last of them, nanoseconds since the epoch; not before the alert's own, which is the first's. */
    public long lastNanos() {
        return count() > 1 && alert.outputFields().get("tiercel.last_time") instanceof Long last
                ? Math.max(last, alert.timeNanos())
                : alert.timeNanos();
    }
}
