package io.tiercel.functions.notification;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A secret that is read where it is kept when it is first needed, and again after {@link #KEEP}: so a new one is taken up, and
 * none is in a snapshot of a function. It says its name and never itself.
 */
public final class Secret {
    static final Duration KEEP = Duration.ofMinutes(5);

    private final String name;
    private final Supplier<String> source;
    private final InstantSource clock;
    private @Nullable String value;
    private Instant readAgain = Instant.MIN;

    /**
     * A secret.
     *
     * @param name where it is kept, e.g. {@code file:/run/secrets/slack}
     * @param source reads it; throws where it cannot be read, without telling it
     */
    public Secret(String name, Supplier<String> source, InstantSource clock) {
        this.name = name;
        this.source = source;
        this.clock = clock;
    }

    /** The secret, without white space around it. */
    public synchronized String value() {
        Instant now = clock.instant();
        String current = value;
        if (current == null || !now.isBefore(readAgain)) {
            current = source.get().strip();
            value = current;
            readAgain = now.plus(KEEP);
        }
        return current;
    }

    @Override
    public String toString() {
        return name;
    }
}
