package io.tiercel.functions.secret;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A secret that is read on first use and cached for {@link #CACHE_DURATION}. A rotated secret is therefore picked up, and a
 * snapshot of a function contains no secret. {@link #toString} returns the name, never the value.
 */
public final class Secret {
    static final Duration CACHE_DURATION = Duration.ofMinutes(5);

    private final String name;
    private final Supplier<String> source;
    private final InstantSource clock;
    private @Nullable String value;
    private Instant expires = Instant.MIN;

    /**
     * Creates a secret without reading it.
     *
     * @param name its reference, e.g. {@code file:/run/secrets/slack}
     * @param source reads the value; its exceptions must not contain the value
     */
    public Secret(String name, Supplier<String> source, InstantSource clock) {
        this.name = name;
        this.source = source;
        this.clock = clock;
    }

    /** The value, without leading and trailing white space. */
    public synchronized String value() {
        Instant now = clock.instant();
        String current = value;
        if (current == null || !now.isBefore(expires)) {
            current = source.get().strip();
            value = current;
            expires = now.plus(CACHE_DURATION);
        }
        return current;
    }

    @Override
    public String toString() {
        return name;
    }
}
