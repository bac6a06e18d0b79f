package io.tiercel.functions.notification;

/**
 * Somebody takes care of an incident.
 *
 * @param incidentId the incident
 * @param episode the time that it is open, from 1: whoever took care of the one before does not of the next
 * @param by who, e.g. {@code slack:U012AB3CD}
 * @param atMillis when, milliseconds since the epoch
 */
public record Acknowledgement(String incidentId, int episode, String by, long atMillis) {}
