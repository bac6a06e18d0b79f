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
 */
public record IncidentRule(List<String> fingerprint, Duration quiet, Escalation escalation) {
    /** Maximum number of fingerprint parts. */
    public static final int MAX_FIELDS = 16;

    /** The default settings. */
    public static final IncidentRule DEFAULT = new IncidentRule(
            Fingerprints.PARTS, Duration.ofHours(24), new Escalation(3, List.of(100L, 1_000L, 10_000L)));
}
