package io.tiercel.functions.respond.action;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A part of a target that incidents hold, as the steps of these incidents see it.
 *
 * @param key the part, see {@link CapturedPart#key}
 * @param prior the state before the first write of the first incident, as JSON
 * @param written what the last write was about to set, as JSON of the handler; null before the first write. The write may or may
 *     not have happened
 * @param request what this step wants, as JSON
 * @param otherRequests what the steps of all other holds want, as JSON without duplicates, the oldest first. The release
 *     of the step restores the prior state if this list is empty. Otherwise the part stays as the strictest request wants it
 */
public record HeldPart(String key, String prior, @Nullable String written, String request, List<String> otherRequests) {
    /** Returns whether no other step holds the part. */
    public boolean isLastHold() {
        return otherRequests.isEmpty();
    }

    /**
     * Parses the prior state.
     *
     * @throws ActionException if the JSON does not fit the type
     */
    public <T> T prior(Class<T> type) {
        return CapturedState.parse(prior, type);
    }

    /** Parses what this step wants. */
    public <T> T request(Class<T> type) {
        return CapturedState.parse(request, type);
    }

    /** Parses what other steps want. */
    public <T> List<T> otherRequests(Class<T> type) {
        return otherRequests.stream()
                .map(other -> CapturedState.parse(other, type))
                .toList();
    }
}
