package io.tiercel.functions.incident;

import io.tiercel.rules.alert.Alert;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Keeps incidents. All methods may be called from any thread and any number of processes; all throw
 * {@link StoreUnavailable} where the store fails, and then the call may or may not have had its effect: calling again
 * with the same arguments is always right.
 */
public interface IncidentStore {
    /**
     * Counts an alert exactly once, in one transaction: if {@link IncidentAlert#alertId} is new, its incident is opened
     * with {@link IncidentAlert#enrichment}, or has its count (by {@link IncidentAlert#alerts}), priority (the most urgent), first
     * and last time (least, greatest), tactics (union) and sample (while below the limit) brought up to date. The result
     * does not depend on the order of the alerts, save for the sample and for which alert's enrichment is kept. A closed
     * incident opens again if {@link IncidentAlert#lastNanos} is after {@link IncidentClosure#untilNanos}.
     */
    RecordResult record(IncidentAlert incidentAlert);

    /**
     * Raises the escalation of an incident to a level and notes that the opening of an episode has been taken notice of;
     * leaves what is as high already. Nothing happens if there is no such incident.
     */
    void markAudited(String incidentId, int escalation, int episode);

    /**
     * Closes an incident, unless it is closed or has grown.
     *
     * @param seen the incident as it was when this was decided
     * @return whether this call closed it
     */
    boolean close(Incident seen, IncidentClosure closing);

    /** Open incidents of which nothing has been heard since a time, longest quiet first, without their samples. */
    List<Incident> quietSince(Instant time, int limit);

    /**
     * Keeps a sensor's message about itself ({@link Alert#INTERNAL}), once per id; not an incident. A store keeps a
     * bounded number of them, the newest.
     */
    void recordHealth(String alertId, Alert alert, String document);

    /** The incident of an id, with its sample. */
    Optional<Incident> find(String incidentId);

    /** Incidents, last seen first, without their samples. */
    List<Incident> list(IncidentQuery query);
}
