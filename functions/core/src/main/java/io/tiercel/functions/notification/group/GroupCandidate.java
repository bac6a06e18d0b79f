package io.tiercel.functions.notification.group;

import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.incident.UrgencyClass;
import io.tiercel.functions.notification.GroupSummary.Dimension;
import io.tiercel.rules.text.Sha256;
import java.util.Optional;

/**
 * What the decision needs to know about an incident that wants a message.
 *
 * @param occasion {@link #hash} of the incident and the reason for its message; a retry has the same value
 * @param again whether the channel has shown the incident before. Such incidents are counted and grouped among themselves
 * @param urgency its class
 * @param rule its rule
 * @param host its host, or empty
 * @param cluster its cluster; empty is a cluster like any other
 */
public record GroupCandidate(
        String occasion, boolean again, UrgencyClass urgency, String rule, String host, String cluster) {
    private static final int HASH_BYTES = 8;

    /**
     * Returns the candidate of an incident.
     *
     * @param occasion the reason for its message
     */
    static GroupCandidate of(Incident incident, String occasion, boolean again) {
        return new GroupCandidate(
                hash(incident.id() + "/" + occasion),
                again,
                UrgencyClass.of(incident),
                incident.fingerprint().rule(),
                incident.enrichment().host().node(),
                incident.fingerprint().cluster());
    }

    /** Returns what the incident shares in a dimension; empty for an unknown host. */
    Optional<String> value(Dimension dimension, String channel) {
        return switch (dimension) {
            case RULE -> Optional.of(rule);
            case HOST -> Optional.of(host).filter(known -> !known.isEmpty());
            case CLUSTER -> Optional.of(cluster);
            case CHANNEL -> Optional.of(channel);
        };
    }

    /** Returns {@link #hash} of what it shares in a dimension with others that were shown before, or with others that were not. */
    Optional<String> shared(Dimension dimension, String channel) {
        return value(dimension, channel).map(value -> hash(again ? "again\n" + value : value));
    }

    /** Returns a short form of a value for window documents, so that no text of an alert makes them large. */
    static String hash(String value) {
        return new Sha256().update(value).hexPrefix(HASH_BYTES);
    }
}
