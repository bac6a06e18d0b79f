package io.tiercel.functions.contract;

import io.tiercel.functions.audit.AuditRecord;
import io.tiercel.functions.audit.ChainHead;

/** Changes the stored audit log as an intruder with access to the database does. */
public interface AuditTampering {
    /** Stores an entry; replaces one with the same chain and number. */
    void putEntry(AuditRecord record);

    /** Removes an entry. */
    void removeEntry(String chain, long number);

    /** Stores a head; replaces that of the same chain. */
    void putHead(ChainHead position, String bucket);

    /** Removes a head. */
    void removeHead(String chain);
}
