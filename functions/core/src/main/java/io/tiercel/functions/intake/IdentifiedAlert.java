package io.tiercel.functions.intake;

import io.tiercel.rules.alert.Alert;

/**
 * A parsed alert with an id.
 *
 * @param id never empty: Tiercel's id, else falcosidekick's, else derived from the content; equals the id of {@link #alert}
 * @param alert the alert
 * @param document the complete alert as one line of JSON
 * @param sampleDocument the alert as one line of JSON of at most {@link #SAMPLE_LIMIT} characters; longer texts are truncated
 */
public record IdentifiedAlert(String id, Alert alert, String document, String sampleDocument) {
    /** Maximum length of {@link #sampleDocument}: an incident with all its samples fits into the 400 KB of a DynamoDB item. */
    public static final int SAMPLE_LIMIT = 16 * 1024;
}
