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
}
