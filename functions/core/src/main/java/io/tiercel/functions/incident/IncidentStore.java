package io.tiercel.functions.incident;

import io.tiercel.rules.alert.Alert;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Stores incidents. Any thread of any number of processes may call all methods. All methods throw {@link StoreUnavailable} if the
 * store fails. The call may then have had its effect or not; repeating it with the same arguments is always safe.
 */
public interface IncidentStore {
    /**
     * Counts an alert exactly once, in one transaction. If {@link IncidentAlert#alertId} is new, the call opens or updates the
     * incident: its count, priority, first and last time, tactics and sample. The order of the alerts affects only the
     * sample, the doubts and the enrichment, which come from the first alerts. Alerts from verified senders never compete with
     * others for these. A closed incident reopens if {@link IncidentAlert#reopens}.
     *
     * <p>Every delivery of an alert has the same id, rule and reported time. Its fingerprint may change with the configuration. An alert
     * that has the id of another one, but another rule or time, may count too.
     *
     * <p>An open incident holds a slot of its {@link Fingerprint#slotKey}, until it closes. Slots of alerts from verified senders and
     * from others are separate, {@code maxOpen} of each. The alert that opens or reopens an incident determines which one it
     * holds. With an alert from a verified sender, an incident in a slot of unverified senders moves to one of verified senders, if
     * one is free. An alert that would open or reopen an incident is counted in that of {@link IncidentAlert#folded} if no slot is
     * free. That incident needs no slot. The alert's own incident then remains as it is.
     *
     * @param maxOpen {@link IncidentRule#maxOpen}
     */
    RecordResult record(IncidentAlert incidentAlert, int maxOpen);

    /**
     * Counts several alerts. The results and the stored incidents are those of {@link #record} with one alert after the other, in
     * this order. A store may write each incident once. If the call fails, any of the alerts may have been counted.
     *
     * @return the result for each alert
     */
    default List<RecordResult> recordAll(List<RecordRequest> requests) {
        return requests.stream()
                .map(request -> record(request.alert(), request.maxOpen()))
                .toList();
    }

    /**
     * The arguments of {@link #record}.
     *
     * @param alert the alert
     * @param maxOpen {@link IncidentRule#maxOpen}
     */
    record RecordRequest(IncidentAlert alert, int maxOpen) {}

    /**
     * Raises the escalation level and the audited episode of an incident, after both are in the audit log. Never lowers a value.
     * Does nothing if the incident does not exist.
     */
    void markAudited(String incidentId, int escalation, int episode);

    /**
     * Closes an incident, unless it is closed or has counted more alerts.
     *
     * @param seen the incident on which the decision is based
     * @return whether this call closed the incident
     */
    boolean close(Incident seen, IncidentClosure closing);

    /**
     * Returns a page of the open incidents without an alert after a time. Those that have been quiet longest come first in each part of
     * the store. Pages together contain every incident that stays open and quiet. Their number is limited: an incident that receives
     * alerts moves behind the time. A page can be empty although others follow.
     *
     * @param cursor {@link OpenPage#next} of the previous page with the same time; empty for the first one
     * @param until incidents whose last alert was received later are left out
     * @param limit maximum number of incidents
     */
    OpenPage open(String cursor, Instant until, int limit);

    /**
     * A page of open incidents.
     *
     * @param ids their ids
     * @param next the cursor of the next page; empty if this is the last one
     */
    record OpenPage(List<String> ids, String next) {}

    /** Returns open incidents that received no alert after a time, the longest quiet first, without their samples. */
    List<Incident> quietSince(Instant time, int limit);

    /**
     * Stores a sensor's message about itself ({@link Alert#INTERNAL}) once per id. It is not an incident. A store keeps a limited
     * number of the newest messages of verified senders, and separately of all others.
     *
     * @param alertId id of the message, as in {@link IncidentAlert#alertId}
     * @param verified whether the sender is verified
     */
    void recordHealth(String alertId, Alert alert, String document, boolean verified);

    /** Returns an incident with its sample. */
    Optional<Incident> find(String incidentId);

    /** Returns incidents without their samples, the last seen first. */
    List<Incident> list(IncidentQuery query);
}
