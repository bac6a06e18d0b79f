package io.tiercel.functions.audit;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** An audit log in memory, for replays. Keeps the newest {@link #MAX_ENTRIES} entries. */
public final class InMemoryAuditLog implements AuditLog {
    static final int MAX_ENTRIES = 100_000;

    private final TreeMap<Long, Retained> retained = new TreeMap<>();
    private AuditHead head = AuditHead.EMPTY;

    private record Retained(AuditEntry entry, AuditRecord record) {}

    @Override
    public synchronized void append(AuditEntry entry) {
        AuditRecord record = AuditChain.next(head, entry);
        head = record.head();
        retained.put(record.number(), new Retained(entry, record));
        retained.headMap(head.number() - MAX_ENTRIES, true).clear();
    }

    @Override
    public synchronized List<AuditRecord> entriesFor(String incidentId, int limit) {
        List<AuditRecord> newest = new ArrayList<>();
        for (Map.Entry<Long, Retained> item : retained.descendingMap().entrySet()) {
            if (newest.size() < limit
                    && incidentId.equals(item.getValue().entry().incidentId())) {
                newest.add(item.getValue().record());
            }
        }
        return List.copyOf(newest.reversed());
    }

    /** Returns the retained entries, oldest first. */
    public synchronized List<AuditEntry> entries() {
        return retained.values().stream().map(Retained::entry).toList();
    }

    /** Returns the end of the chain. */
    public synchronized AuditHead head() {
        return head;
    }
}
