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
 * @param urgency its class
 * @param rule its rule
 * @param host its host, or empty
 * @param cluster its cluster; empty is a cluster like any other
 */
public record GroupCandidate(String occasion, UrgencyClass urgency, String rule, String host, String cluster) {
    private static final int HASH_BYTES = 8;

    /**
     * Returns the candidate of an incident.
     *
     * @param occasion the reason for its message
     */
    public static GroupCandidate of(Incident incident, String occasion) {
        return new GroupCandidate(
                hash(incident.id() + "/" + occasion),
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

    /** Returns a short form of a value for window documents, so that no text of an alert makes them large. */
    static String hash(String value) {
        return new Sha256().update(value).hexPrefix(HASH_BYTES);
    }
}
