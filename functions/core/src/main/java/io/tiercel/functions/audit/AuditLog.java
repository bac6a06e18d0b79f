package io.tiercel.functions.audit;

import java.util.List;

/**
 * The append-only record of decisions and external calls. Any thread of any number of processes may call all methods. All methods
 * throw {@link io.tiercel.functions.incident.StoreUnavailable} if the store fails; the entry may then be stored or not. No
 * method changes or removes an entry. Writers of different incidents never wait for each other.
 */
public interface AuditLog {
    /** Appends an entry to the chain of its incident. The entry is durable when this method returns. */
    void append(AuditEntry entry);

    /** Returns the newest entries of an incident, at most {@code limit}, oldest first. */
    List<AuditRecord> entriesFor(String incidentId, int limit);
}
