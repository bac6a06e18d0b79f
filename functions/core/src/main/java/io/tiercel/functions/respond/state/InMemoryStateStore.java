package io.tiercel.functions.respond.state;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A state store in memory, for replays. Its documents end with the process. */
public final class InMemoryStateStore implements StateStore {
    private record Entry(Versioned versioned, Schedule schedule) {}

    private final Map<String, Entry> entries = new HashMap<>();

    @Override
    public synchronized Optional<Versioned> read(String key) {
        return Optional.ofNullable(entries.get(key)).map(Entry::versioned);
    }

    @Override
    public synchronized boolean write(String key, long expectedVersion, String document, Schedule schedule) {
        Entry current = entries.get(key);
        if ((current == null ? 0 : current.versioned().version()) != expectedVersion) {
            return false;
        }
        entries.put(key, new Entry(new Versioned(expectedVersion + 1, document), schedule));
        return true;
    }

    @Override
    public synchronized Map<String, Versioned> readAll(Collection<String> keys) {
        Map<String, Versioned> found = new HashMap<>();
        keys.forEach(key -> read(key).ifPresent(versioned -> found.put(key, versioned)));
        return found;
    }

    private record DueKey(String key, Instant at) {}

    @Override
    public synchronized List<String> due(DueKind kind, Instant now, int limit) {
        List<DueKey> due = new ArrayList<>();
        entries.forEach((key, entry) -> {
            Instant at = entry.schedule().at();
            if (entry.schedule().kind() == kind && at != null && !at.isAfter(now)) {
                due.add(new DueKey(key, at));
            }
        });
        return due.stream()
                .sorted(Comparator.comparing(DueKey::at))
                .limit(limit)
                .map(DueKey::key)
                .toList();
    }
}
