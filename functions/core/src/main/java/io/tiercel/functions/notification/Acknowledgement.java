package io.tiercel.functions.notification;

/**
 * The fact that an operator has acknowledged an incident.
 *
 * @param incidentId the incident
 * @param episode the episode of the incident, from 1; an acknowledgement does not carry over to the next episode
 * @param by the operator, e.g. {@code slack:U012AB3CD}
 * @param atMillis the time, in milliseconds since the epoch
 */
public record Acknowledgement(String incidentId, int episode, String by, long atMillis) {}
