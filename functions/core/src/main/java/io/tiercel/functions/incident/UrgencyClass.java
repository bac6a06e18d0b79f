package io.tiercel.functions.incident;

import io.tiercel.rules.alert.Priority;

/**
 * The classes of work for incidents, the most important first. Every queue of such work reserves capacity for each class, so that nobody
 * without a credential can delay what verified senders report. Within a class, verified senders take turns, so that one compromised node
 * delays itself only. An incident is counted against limits of its own class and of less important ones, so that noise never hides what is
 * urgent.
 */
public enum UrgencyClass {
    /** A verified sender sent an alert, and the priority is Critical or more urgent. */
    VERIFIED_URGENT,
    /** A verified sender sent an alert. */
    VERIFIED,
    /** Anybody could have sent the alerts, whatever their priority. */
    UNVERIFIED;

    /** The lowest priority that is urgent. */
    public static final Priority LOWEST_URGENT = Priority.CRITICAL;

    /** Returns the class of an incident. */
    public static UrgencyClass of(Incident incident) {
        return of(incident.priority(), incident.verified());
    }

    /** Returns the class of an incident, from its summary. */
    public static UrgencyClass of(IncidentSummary incident) {
        return of(incident.priority(), incident.verified());
    }

    private static UrgencyClass of(Priority priority, boolean verified) {
        if (!verified) {
            return UNVERIFIED;
        }
        return priority.compareTo(LOWEST_URGENT) <= 0 ? VERIFIED_URGENT : VERIFIED;
    }

    /** Returns whether work of another class counts against the limits of this class. */
    public boolean counts(UrgencyClass other) {
        return other.compareTo(this) <= 0;
    }
}
