package io.tiercel.functions.enrich;

import io.tiercel.rules.alert.Alert;

/** Looks up the facts about the targets of a stored alert again. */
@FunctionalInterface
public interface TargetLookup {
    /** Looks up nothing and returns the stored facts, for deployments without access to the sources. */
    TargetLookup STORED = (alert, stored) -> stored;

    /**
     * Returns the enrichment with its pod, node and instance looked up again, without caches. The sender and all other facts stay.
     * Never throws for a failed lookup; {@link Enrichment#lookups} records it.
     */
    Enrichment lookUpAgain(Alert alert, Enrichment stored);

    /**
     * The same for the pod and the node only, which the cluster knows. The instance and the record of its lookup stay as they are
     * stored, so that a response to a pod does not wait for EC2.
     */
    default Enrichment lookUpPodAgain(Alert alert, Enrichment stored) {
        return lookUpAgain(alert, stored);
    }
}
