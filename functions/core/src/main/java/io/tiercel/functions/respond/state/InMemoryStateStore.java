package io.tiercel.functions.respond.state;

import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Documents that end with the process: for replays, which change nothing. */
public final class InMemoryStateStore implements StateStore {
    private record Kept(Versioned versioned, @Nullable Instant due) {}

    private final Map<String, Kept> kept = new HashMap<>();

    @Override
    public synchronized Optional<Versioned> read(String key) {
        return Optional.ofNullable(kept.get(key)).map(Kept::versioned);
    }

    @Override
    public synchronized boolean write(String key, long replaced, String document, @Nullable Instant due) {
        Kept present = kept.get(key);
        if ((present == null ? 0 : present.versioned().version()) != replaced) {
            return false;
        }
        kept.put(key, new Kept(new Versioned(replaced + 1, document), due));
        return true;
    }

    @Override
    public synchronized List<String> due(Instant now, int limit) {
        return kept.entrySet().stream()
                .filter(entry -> entry.getValue().due() instanceof Instant due && !due.isAfter(now))
                .sorted(Comparator.comparing(
                        entry -> String.valueOf(entry.getValue().due())))
                .limit(limit)
                .map(Map.Entry::getKey)
                .toList();
    }
}
