package io.tiercel.functions.audit;

/** Verifies that an audit log is unchanged. */
@FunctionalInterface
public interface AuditVerifier {
    /**
     * Verifies the whole log.
     *
     * @throws io.tiercel.functions.incident.StoreUnavailable if the log cannot be read
     */
    AuditVerdict verify();
}
