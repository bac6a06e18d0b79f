package io.tiercel.bench.pipeline;

import io.tiercel.functions.audit.anchor.AnchorStore;
import java.util.Optional;
import java.util.TreeMap;

/** Anchors of the audit log in memory, instead of in S3. */
final class MeteredAnchors implements AnchorStore {
    private final TreeMap<Long, String> documents = new TreeMap<>();
    private final InvocationMeter meter;

    MeteredAnchors(InvocationMeter meter) {
        this.meter = meter;
    }

    @Override
    public long newest() {
        meter.requested("S3.ListObjects", "", 1);
        return documents.isEmpty() ? 0 : documents.lastKey();
    }

    @Override
    public Optional<String> read(long sequence) {
        meter.requested("S3.GetObject", "", 1);
        return Optional.ofNullable(documents.get(sequence));
    }

    @Override
    public boolean add(long sequence, String document) {
        meter.requested("S3.PutObject", "", 1);
        return documents.putIfAbsent(sequence, document) == null;
    }
}
