package io.tiercel.functions.incident;

import java.time.Duration;
import java.util.List;

/**
 * The settings that turn the alerts of a rule into incidents.
 *
 * @param fingerprint parts of the fingerprint beside the rule: {@code cluster}, {@code workload}, {@code executable},
 *     {@code target} and names of alert fields; at most {@link #MAX_FIELDS}
 * @param quiet an open incident without alerts for this long is closed
 * @param escalation thresholds that raise the urgency
 * @param maxOpen maximum number of open incidents of one cluster, rule and workload that senders of one kind (verified or not)
 *     opened, 1 to {@link #MAX_OPEN_LIMIT}. Further causes are counted in one incident, {@link Fingerprint#others}
 */
public record IncidentRule(List<String> fingerprint, Duration quiet, Escalation escalation, int maxOpen) {
    /** Maximum number of fingerprint parts. */
    public static final int MAX_FIELDS = 16;

    /** The maximum of {@link #maxOpen}. */
    public static final int MAX_OPEN_LIMIT = 1_000;

    /** The default settings. */
    public static final IncidentRule DEFAULT = new IncidentRule(
            Fingerprints.PARTS, Duration.ofHours(24), new Escalation(3, List.of(100L, 1_000L, 10_000L)), 50);
}
