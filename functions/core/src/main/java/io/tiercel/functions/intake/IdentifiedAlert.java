package io.tiercel.functions.intake;

import io.tiercel.rules.alert.Alert;

/**
 * An alert that has been read.
 *
 * @param id its id, never empty: ours, else falcosidekick's, else made from its content; also in {@link #alert}
 * @param alert the alert
 * @param document the alert as JSON on one line, complete
 * @param sampleDocument the same with texts cut so that it fits {@link #SAMPLE_LIMIT}
 */
public record IdentifiedAlert(String id, Alert alert, String document, String sampleDocument) {
    /** Maximum length of {@link #sampleDocument}: a whole incident with its samples fits into the 400 KB of a DynamoDB item. */
    public static final int SAMPLE_LIMIT = 16 * 1024;
}
