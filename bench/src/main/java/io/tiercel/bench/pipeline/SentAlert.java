package io.tiercel.bench.pipeline;

import io.tiercel.functions.identity.Sender;
import java.nio.charset.StandardCharsets;

/**
 * An alert in a queue.
 *
 * @param document the alert, JSON
 * @param sender who sent it
 */
public record SentAlert(String document, Sender sender) {
    /** Returns the size of the document in bytes. */
    public int bytes() {
        return document.getBytes(StandardCharsets.UTF_8).length;
    }
}
