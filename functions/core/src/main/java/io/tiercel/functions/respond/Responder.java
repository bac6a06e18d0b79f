package io.tiercel.functions.respond;

/**
 * Responds to incidents. Every method may be called again at any time, by any number of processes: what is done already is
 * not done again. All throw {@link io.tiercel.functions.incident.StoreUnavailable} where a store fails.
 */
public interface Responder {
    /** Looks at an incident that has changed: plans what the policies ask for, and does what they and the guard rails allow. */
    void respond(String incidentId);

    /**
     * Allows a plan that waits for it.
     *
     * @param planId the plan as it was shown; another one that has taken its place is not approved
     * @param by who allows it, e.g. {@code slack:U012AB3CD}
     */
    ApprovalOutcome approve(String incidentId, String planId, String by);

    /**
     * Undoes what was done about an incident, as far as nothing else has changed it since.
     *
     * @param by who wants it
     */
    void release(String incidentId, String by);

    /** Releases what has been held for long enough, and goes on with what was interrupted. */
    void sweep();
}
