package io.tiercel.functions.audit;

import java.util.List;

/**
 * The record of what was decided and done. All methods may be called from any thread and any number of processes; all throw
 * {@link io.tiercel.functions.incident.StoreUnavailable} where the store fails, and then an entry may or may not be there.
 * There is no way to change or remove an entry.
 */
public interface AuditLog {
    /** Appends an entry; it is stored when this returns. */
    void append(AuditEntry entry);

    /** The newest entries about an incident, at most {@code limit}, oldest first. */
    List<AuditRecord> entriesFor(String incidentId, int limit);
}
