package io.tiercel.functions.audit;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A record that ends with the process: for replays, which change nothing. Keeps the newest {@link #MAX_ENTRIES}. */
public final class InMemoryAuditLog implements AuditLog {
    static final int MAX_ENTRIES = 100_000;

    private final TreeMap<Long, Kept> kept = new TreeMap<>();
    private AuditHead head = AuditHead.EMPTY;

    private record Kept(AuditEntry entry, AuditRecord record) {}

    @Override
    public synchronized void append(AuditEntry entry) {
        AuditRecord record = AuditChain.next(head, entry);
        head = record.head();
        kept.put(record.number(), new Kept(entry, record));
        kept.headMap(head.number() - MAX_ENTRIES, true).clear();
    }

    @Override
    public synchronized List<AuditRecord> entriesFor(String incidentId, int limit) {
        List<AuditRecord> newest = new ArrayList<>();
        for (Map.Entry<Long, Kept> one : kept.descendingMap().entrySet()) {
            if (newest.size() < limit
                    && incidentId.equals(one.getValue().entry().incidentId())) {
                newest.add(one.getValue().record());
            }
        }
        return List.copyOf(newest.reversed());
    }

    /** All entries that are kept, oldest first. */
    public synchronized List<AuditEntry> entries() {
        return kept.values().stream().map(Kept::entry).toList();
    }

    /** The end of the chain. */
    public synchronized AuditHead head() {
        return head;
    }
}
