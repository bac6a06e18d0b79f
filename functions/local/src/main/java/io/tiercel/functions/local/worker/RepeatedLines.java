package io.tiercel.functions.local.worker;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Passes each line on at most once an hour, so that a task that fails again and again writes one line. It remembers the newest 100
 * lines and forgets the oldest one at this limit. This class is thread-safe.
 */
public final class RepeatedLines implements Consumer<String> {
    private static final Duration INTERVAL = Duration.ofHours(1);
    private static final int MAX_LINES = 100;

    private final Consumer<String> next;
    private final InstantSource clock;
    private final Map<String, Instant> passed = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Instant> eldest) {
            return size() > MAX_LINES;
        }
    };

    /** @param next takes the lines that are passed on */
    public RepeatedLines(Consumer<String> next, InstantSource clock) {
        this.next = next;
        this.clock = clock;
    }

    @Override
    public synchronized void accept(String line) {
        Instant now = clock.instant();
        Instant last = passed.get(line);
        if (last == null || !last.plus(INTERVAL).isAfter(now)) {
            passed.remove(line);
            passed.put(line, now);
            next.accept(line);
        }
    }
}
