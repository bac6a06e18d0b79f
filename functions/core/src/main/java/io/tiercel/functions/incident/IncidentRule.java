package io.tiercel.functions.incident;

import java.time.Duration;
import java.util.List;

/**
 * How the alerts of a rule become incidents.
 *
 * @param fingerprint what tells causes apart beside the rule: {@code cluster}, {@code workload}, {@code executable},
 *     {@code target}, and fields of the alert by their names; at most {@link #MAX_FIELDS}
 * @param quiet an open incident of which nothing is heard for this long is closed
 * @param escalation when it becomes more urgent
 */
public record IncidentRule(List<String> fingerprint, Duration quiet, Escalation escalation) {
    /** Most parts of a fingerprint. */
    public static final int MAX_FIELDS = 16;

    /** What holds where nothing else is said. */
    public static final IncidentRule DEFAULT = new IncidentRule(
            Fingerprints.PARTS, Duration.ofHours(24), new Escalation(3, List.of(100L, 1_000L, 10_000L)));
}
