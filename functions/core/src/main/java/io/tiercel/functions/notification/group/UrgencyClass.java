package io.tiercel.functions.notification.group;

import io.tiercel.functions.incident.Incident;
import io.tiercel.rules.alert.Priority;

/**
 * The classes in which new incidents are counted, the most important first. An incident is counted against its own class and the
 * less important ones only, so that noise never hides what is urgent.
 */
public enum UrgencyClass {
    /** A verified sender sent an alert, and the priority is Critical or more urgent. */
    VERIFIED_URGENT,
    /** A verified sender sent an alert. */
    VERIFIED,
    /** Anybody could have sent the alerts, whatever their priority. */
    UNVERIFIED;

    /** Returns the class of an incident. */
    public static UrgencyClass of(Incident incident) {
        if (!incident.verified()) {
            return UNVERIFIED;
        }
        return incident.priority().compareTo(Priority.CRITICAL) <= 0 ? VERIFIED_URGENT : VERIFIED;
    }

    /** Returns whether messages of another class count against the limits of this class. */
    boolean counts(UrgencyClass other) {
        return other.compareTo(this) <= 0;
    }
}
