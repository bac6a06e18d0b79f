package io.tiercel.functions.incident;

import io.tiercel.rules.alert.Alert;
import java.util.List;
import java.util.Optional;

/**
 * Keeps incidents. All methods may be called from any thread and any number of processes; all throw
 * {@link StoreUnavailable} where the store fails, and then the call may or may not have had its effect: calling again
 * with the same arguments is always right.
 */
public interface IncidentStore {
    /**
     * Counts an alert exactly once, in one transaction: if {@link Occurrence#alertId} is new, its incident is opened
     * with {@link Occurrence#plan} and {@link Occurrence#enrichment}, or has its count (by {@link Occurrence#alerts}), priority (the most urgent), first
     * and last time (least, greatest), tactics (union) and sample (while below the limit) brought up to date. The result
     * does not depend on the order of the alerts, save for the sample and for which alert's plan and enrichment are kept.
     */
    Recorded record(Occurrence occurrence);

    /**
     * Keeps a sensor's message about itself ({@link Alert#INTERNAL}), once per id; not an incident. A store keeps a
     * bounded number of them, the newest.
     */
    void noteHealth(String alertId, Alert alert, String document);

    /** The incident of an id, with its sample. */
    Optional<Incident> find(String incidentId);

    /** Incidents, last seen first, without their samples. */
    List<Incident> list(IncidentQuery query);
}
