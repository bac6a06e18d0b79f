package io.tiercel.functions.audit;

/** Looks whether an audit log is as it was written. */
@FunctionalInterface
public interface AuditVerifier {
    /**
     * Goes along the whole log.
     *
     * @throws io.tiercel.functions.incident.StoreUnavailable if it cannot be read
     */
    AuditVerdict verify();
}
