package io.tiercel.functions.audit;

import io.tiercel.functions.contract.AuditTampering;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** An audit log in memory that can be verified and changed. Not thread-safe. */
public final class TamperableAuditLog implements AuditLog, AuditSource, AuditTampering {
    private final SortedMap<String, NavigableMap<Long, AuditRecord>> entries = new TreeMap<>();
    private final SortedMap<String, StoredHead> heads = new TreeMap<>();

    @Override
    public void append(AuditEntry entry) {
        String chain = AuditChain.idOf(entry);
        AuditHead head = head(chain).map(stored -> stored.position().head()).orElse(AuditHead.EMPTY);
        AuditRecord record = AuditChain.next(head, entry);
        putEntry(record);
        putHead(new ChainHead(chain, record.head()), AuditChain.bucketName(AuditChain.bucketOf(chain)));
    }

    @Override
    public List<AuditRecord> entriesFor(String incidentId, int limit) {
        List<AuditRecord> all =
                List.copyOf(chain(AuditChain.idOfIncident(incidentId)).values());
        return all.subList(Math.max(0, all.size() - limit), all.size());
    }

    private NavigableMap<Long, AuditRecord> chain(String chain) {
        return entries.getOrDefault(chain, new TreeMap<>());
    }

    @Override
    public Page chains(@Nullable String cursor, int limit) {
        SortedSet<String> all = new TreeSet<>(entries.keySet());
        all.addAll(heads.keySet());
        List<String> page = (cursor == null ? all : all.tailSet(cursor + "\0"))
                .stream().limit(limit).toList();
        return new Page(page, page.size() < limit ? null : page.getLast());
    }

    @Override
    public Optional<StoredHead> head(String chain) {
        return Optional.ofNullable(heads.get(chain));
    }

    @Override
    public List<StoredEntry> entries(String chain, long after, int limit) {
        return chain(chain).tailMap(after == 0 ? Long.MIN_VALUE : after, false).values().stream()
                .limit(limit)
                .map(record -> new StoredEntry(record, null))
                .toList();
    }

    @Override
    public List<ChainHead> heads(int bucket, String afterChain, int limit) {
        return heads.tailMap(afterChain + "\0").values().stream()
                .filter(head -> head.bucket().equals(AuditChain.bucketName(bucket)))
                .limit(limit)
                .map(StoredHead::position)
                .toList();
    }

    @Override
    public List<Optional<String>> hashes(List<ChainHead> positions) {
        List<Optional<String>> hashes = new ArrayList<>();
        for (ChainHead position : positions) {
            hashes.add(Optional.ofNullable(
                            chain(position.chain()).get(position.head().number()))
                    .map(AuditRecord::hash));
        }
        return hashes;
    }

    @Override
    public void putEntry(AuditRecord record) {
        entries.computeIfAbsent(record.chain(), _ -> new TreeMap<>()).put(record.number(), record);
    }

    @Override
    public void removeEntry(String chain, long number) {
        NavigableMap<Long, AuditRecord> all = chain(chain);
        all.remove(number);
        if (all.isEmpty()) {
            entries.remove(chain);
        }
    }

    @Override
    public void putHead(ChainHead position, String bucket) {
        heads.put(position.chain(), new StoredHead(position, bucket));
    }

    @Override
    public void removeHead(String chain) {
        heads.remove(chain);
    }
}
