package io.tiercel.functions.local.sqlite;

import io.tiercel.functions.intake.RejectionReason;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.Map;
import org.jboss.logging.Logger;

/** Logs rejected documents: at most one line a minute for each reason, because anybody can cause them. This class is thread-safe. */
final class RejectionLog {
    static final Duration INTERVAL = Duration.ofMinutes(1);

    private static final Logger LOG = Logger.getLogger(RejectionLog.class);

    private final InstantSource clock;
    private final Map<RejectionReason, Instant> nextLine = new EnumMap<>(RejectionReason.class);
    private final Map<RejectionReason, Long> unlogged = new EnumMap<>(RejectionReason.class);

    RejectionLog(InstantSource clock) {
        this.clock = clock;
    }

    /** Logs a rejected document, or counts it for the next line of its reason. */
    synchronized void add(AlertInbox.RejectedDocument rejected) {
        RejectionReason code = rejected.code();
        long documents = unlogged.merge(code, 1L, Long::sum);
        Instant now = clock.instant();
        if (now.isBefore(nextLine.getOrDefault(code, Instant.MIN))) {
            return;
        }
        nextLine.put(code, now.plus(INTERVAL));
        unlogged.remove(code);
        LOG.warnf(
                "rejected %d document%s (%s): %s",
                (Object) documents, documents == 1 ? "" : "s", code.code(), rejected.reason());
    }
}
