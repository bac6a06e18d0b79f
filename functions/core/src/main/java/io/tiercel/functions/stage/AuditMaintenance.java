package io.tiercel.functions.stage;

import io.tiercel.functions.audit.AuditVerdict;

/** The part of the sweep that anchors and verifies the audit log. */
public interface AuditMaintenance {
    /**
     * Writes an anchor if one is due, and verifies another part of the log. Logs failures of the stores, and the next sweep tries
     * again.
     */
    void run();

    /**
     * Continues the verification that is in progress, or starts one.
     *
     * @return the result if this call completed the verification; otherwise how far it is
     * @throws io.tiercel.functions.incident.StoreUnavailable if a store fails
     */
    AuditVerdict verify();
}
