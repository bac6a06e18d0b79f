package io.tiercel.functions.incident;

import io.tiercel.functions.enrich.Enrichment;
import io.tiercel.functions.respond.ResponsePlan;
import io.tiercel.rules.alert.Alert;

/**
 * An alert, ready to be counted: everything that a store needs to open its incident or to add to it.
 *
 * @param alertId the alert's id, never the same for two different alerts
 * @param alert the alert
 * @param document the alert as JSON, at most {@link #DOCUMENT_LIMIT} characters, with longer texts cut
 * @param fingerprint its cause
 * @param enrichment what is known beyond it
 * @param plan the plan to keep if this alert opens the incident
 */
public record Occurrence(
        String alertId,
        Alert alert,
        String document,
        Fingerprint fingerprint,
        Enrichment enrichment,
        ResponsePlan plan) {
    /** Keeps a whole incident with its sample below the 400 KB of a DynamoDB item. */
    public static final int DOCUMENT_LIMIT = 16 * 1024;
}
