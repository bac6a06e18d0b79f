package io.tiercel.functions.local.sqlite;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Whether the database can be written. An episode begins with the first fault and ends when {@link StoreCheck} finds that writing works
 * again. Each episode has a log line at its start and its end, and one for each further cause, however many requests fail. This class is
 * thread-safe.
 */
public final class StoreHealth {
    private static final Logger LOG = Logger.getLogger(StoreHealth.class);

    private final InstantSource clock;
    private final Set<StoreFault.Kind> causes = EnumSet.noneOf(StoreFault.Kind.class);
    private @Nullable Episode episode;

    StoreHealth(InstantSource clock) {
        this.clock = clock;
    }

    /** Returns the current episode, or empty if the database works. */
    public synchronized Optional<Episode> episode() {
        return Optional.ofNullable(episode);
    }

    /**
     * Records a failed access.
     *
     * @param place the database, for the log
     */
    synchronized void failed(StoreFault fault, String place) {
        Episode current = episode;
        if (current == null) {
            episode = new Episode(fault, clock.instant(), 1);
            causes.clear();
            causes.add(fault.kind());
            LOG.errorf(
                    "the database cannot be used: %s; %s; requests get status 503 until it works again",
                    fault.text(), place);
        } else {
            if (causes.add(fault.kind())) {
                LOG.errorf("the database still cannot be used, now because: %s", fault.text());
            }
            episode = new Episode(fault, current.since(), current.failures() + 1);
        }
    }

    /** Ends the episode. */
    synchronized void recovered() {
        Episode current = episode;
        if (current != null) {
            episode = null;
            LOG.warnf(
                    "the database works again after %d s and %d failed accesses",
                    Duration.between(current.since(), clock.instant()).toSeconds(), current.failures());
        }
    }

    /**
     * A time during which the database cannot be used.
     *
     * @param fault the newest fault
     * @param since when it began
     * @param failures the number of failed accesses
     */
    public record Episode(StoreFault fault, Instant since, long failures) {}
}
