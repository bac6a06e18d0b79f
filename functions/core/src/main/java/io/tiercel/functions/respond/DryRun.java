package io.tiercel.functions.respond;

/** Responds by planning alone: a plan is made when it is looked at, and there is nothing to approve or to release. */
public final class DryRun implements Responder {
    @Override
    public void respond(String incidentId) {
        // A dry run needs nothing to be done when an incident changes.
    }

    @Override
    public ApprovalOutcome approve(String incidentId, String planId, String by) {
        return new ApprovalOutcome.Refused("plans are dry runs, nothing in them is executed");
    }

    @Override
    public void release(String incidentId, String by) {
        // Nothing was contained.
    }

    @Override
    public void sweep() {
        // Nothing was contained.
    }
}
