package io.tiercel.functions.respond;

/**
 * Responds to incidents. Every method is idempotent and may be called at any time from any number of processes. All methods
 * throw {@link io.tiercel.functions.incident.StoreUnavailable} if a store fails.
 */
public interface Responder {
    /** Processes an incident that changed: plans what the policies request and runs the steps that the guard rails allow. */
    void respond(String incidentId);

    /**
     * Approves a plan whose steps wait for approval.
     *
     * @param planId the id of the plan as the operator saw it; the approval is rejected if the plan has changed since
     * @param by the operator, such as {@code slack:U012AB3CD}
     */
    ApprovalOutcome approve(String incidentId, String planId, String by);

    /**
     * Undoes the steps of a plan. Skips every part of a target that another client has changed since.
     *
     * @param by the operator
     * @return whether this request was stored, or an earlier one is pending
     */
    ReleaseOutcome release(String incidentId, String by);

    /** Releases steps whose time limit has passed and resumes interrupted ones. */
    void sweep();
}
