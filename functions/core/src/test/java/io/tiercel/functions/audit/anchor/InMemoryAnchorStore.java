package io.tiercel.functions.audit.anchor;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Anchors in memory. Tests can change and remove them. */
public final class InMemoryAnchorStore implements AnchorStore {
    private final TreeMap<Long, String> documents = new TreeMap<>();

    @Override
    public long newest() {
        return documents.isEmpty() ? 0 : documents.lastKey();
    }

    @Override
    public Optional<String> read(long sequence) {
        return Optional.ofNullable(documents.get(sequence));
    }

    @Override
    public boolean add(long sequence, String document) {
        return documents.putIfAbsent(sequence, document) == null;
    }

    /** Returns the documents by sequence number, which tests can change. */
    public Map<Long, String> documents() {
        return documents;
    }
}
