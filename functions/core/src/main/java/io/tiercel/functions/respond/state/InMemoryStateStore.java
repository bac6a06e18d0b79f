package io.tiercel.functions.respond.state;

import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A state store in memory, for replays. Its documents end with the process. */
public final class InMemoryStateStore implements StateStore {
    private record Entry(Versioned versioned, @Nullable Instant due) {}

    private final Map<String, Entry> entries = new HashMap<>();

    @Override
    public synchronized Optional<Versioned> read(String key) {
        return Optional.ofNullable(entries.get(key)).map(Entry::versioned);
    }

    @Override
    public synchronized boolean write(String key, long expectedVersion, String document, @Nullable Instant due) {
        Entry current = entries.get(key);
        if ((current == null ? 0 : current.versioned().version()) != expectedVersion) {
            return false;
        }
        entries.put(key, new Entry(new Versioned(expectedVersion + 1, document), due));
        return true;
    }

    @Override
    public synchronized List<String> due(Instant now, int limit) {
        return entries.entrySet().stream()
                .filter(entry -> entry.getValue().due() instanceof Instant due && !due.isAfter(now))
                .sorted(Comparator.comparing(
                        entry -> String.valueOf(entry.getValue().due())))
                .limit(limit)
                .map(Map.Entry::getKey)
                .toList();
    }
}
