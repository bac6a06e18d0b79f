package io.tiercel.functions.audit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** An audit log in memory, for replays. Keeps the newest {@link #MAX_ENTRIES} entries, and the heads of all chains. */
public final class InMemoryAuditLog implements AuditLog {
    static final int MAX_ENTRIES = 100_000;

    private final TreeMap<Long, Retained> retained = new TreeMap<>();
    private final Map<String, AuditHead> heads = new HashMap<>();
    private long appended;

    private record Retained(AuditEntry entry, AuditRecord record) {}

    @Override
    public synchronized void append(AuditEntry entry) {
        AuditRecord record = AuditChain.next(heads.getOrDefault(AuditChain.idOf(entry), AuditHead.EMPTY), entry);
        heads.put(record.chain(), record.head());
        retained.put(++appended, new Retained(entry, record));
        retained.headMap(appended - MAX_ENTRIES, true).clear();
    }

    @Override
    public synchronized List<AuditRecord> entriesFor(String incidentId, int limit) {
        String chain = AuditChain.idOfIncident(incidentId);
        List<AuditRecord> newest = new ArrayList<>();
        for (Retained item : retained.descendingMap().values()) {
            if (newest.size() < limit && chain.equals(item.record().chain())) {
                newest.add(item.record());
            }
        }
        return List.copyOf(newest.reversed());
    }

    /** Returns the retained entries of all chains, oldest first. */
    public synchronized List<AuditEntry> entries() {
        return retained.values().stream().map(Retained::entry).toList();
    }
}
