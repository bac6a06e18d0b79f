package io.tiercel.functions.local.sqlite;

import io.tiercel.functions.incident.StoreUnavailable;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jboss.logging.Logger;

/**
 * Verifies regularly that the database can be written, so that an idle server notices a full disk, and when space returns. One thread calls
 * it.
 */
public final class StoreCheck {
    private static final Logger LOG = Logger.getLogger(StoreCheck.class);

    /** The interval while the database works. */
    static final Duration INTERVAL = Duration.ofSeconds(5);

    /** The interval while it does not. */
    static final Duration RETRY_INTERVAL = Duration.ofMillis(500);

    /** The time without a commit after which the check writes something itself. */
    static final Duration MAX_IDLE = Duration.ofSeconds(10);

    /** The size above which the write-ahead log is reported, bytes. SQLite normally starts it again after 16 MiB. */
    static final long MAX_LOG = 256L << 20;

    private final SqliteDatabase database;
    private final InstantSource clock;
    private boolean logReported;

    public StoreCheck(SqliteDatabase database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    /** Verifies the database once. Returns the time until the next check. */
    public Duration run() {
        StoreFiles files = database.files();
        var episode = database.health().episode();
        boolean failing = episode.isPresent();
        if (episode.isPresent()
                && episode.get().fault().kind() == StoreFault.Kind.DISK_FULL
                && files.hasLessThan(StoreFiles.RECOVERY_FREE)) {
            database.failed(episode.get().fault());
            return RETRY_INTERVAL;
        }
        if (failing || files.spaceIsLow()) {
            var fault = files.checkSpace();
            if (fault.isPresent()) {
                database.failed(fault.get());
                return RETRY_INTERVAL;
            }
        }
        Instant idleSince = database.lastCommit();
        if (failing
                || !files.inPlace()
                || Duration.between(idleSince, clock.instant()).compareTo(MAX_IDLE) >= 0) {
            try {
                database.touch();
            } catch (StoreUnavailable e) {
                return RETRY_INTERVAL;
            }
            database.health().recovered();
        }
        reportLog(files.logBytes());
        return INTERVAL;
    }

    private void reportLog(long bytes) {
        boolean large = bytes > MAX_LOG;
        if (large && !logReported) {
            LOG.warnf(
                    "the write-ahead log of the database has grown to %d MiB; a command that reads the database for a long time, or a"
                            + " failing disk, prevents that it is written back",
                    bytes >> 20);
        }
        logReported = large;
    }
}
