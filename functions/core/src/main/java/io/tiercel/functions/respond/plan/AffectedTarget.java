package io.tiercel.functions.respond.plan;

import io.tiercel.functions.enrich.Enrichment;
import io.tiercel.functions.respond.policy.IdentifiedTargets;
import io.tiercel.rules.alert.Alert;
import io.tiercel.rules.text.Sha256;

/**
 * A source of an incident's alerts: a pod with its node and instance, as far as they are identified.
 *
 * @param key the same for all alerts from this source, see {@link #key}
 * @param alert the first alert from this source
 * @param enrichment the enrichment of that alert
 */
public record AffectedTarget(String key, Alert alert, Enrichment enrichment) {
    private static final int KEY_BYTES = 8;

    /** Returns the affected target that an alert comes from. */
    public static AffectedTarget of(Alert alert, Enrichment enrichment) {
        return new AffectedTarget(key(enrichment), alert, enrichment);
    }

    /** Returns a short hash of the identified pod, node and instance. It is a valid key in every store. */
    public static String key(Enrichment enrichment) {
        return new Sha256().update(IdentifiedTargets.of(enrichment).toString()).hexPrefix(KEY_BYTES);
    }
}
