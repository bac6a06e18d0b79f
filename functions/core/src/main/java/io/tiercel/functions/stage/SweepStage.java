package io.tiercel.functions.stage;

import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.incident.IncidentRules;
import io.tiercel.functions.incident.IncidentStore;
import io.tiercel.functions.notification.silence.SilenceMaintenance;
import io.tiercel.functions.respond.Responder;
import io.tiercel.functions.respond.action.Deadline;
import io.tiercel.functions.respond.state.StateStore;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/**
 * The stage that runs every minute: continues responses, first of all releases, closes quiet incidents, ends
 * silences, and reports silent nodes.
 */
public final class SweepStage {
    /** Maximum number of incidents that one sweep examines. The next sweep continues. */
    static final int MAX_INCIDENTS = 1_000;

    /** Time for closing incidents in one sweep, so that time remains for the audit log. The next sweep continues. */
    private static final Duration CLOSING = Duration.ofSeconds(10);

    private static final Logger LOG = System.getLogger(SweepStage.class.getName());

    private final IncidentStore incidents;
    private final IncidentRules rules;
    private final Responder responder;
    private final IncidentCloser closer;
    private final SilenceMaintenance silences;
    private final ClosingJournal journal;
    private final InstantSource clock;
    private final Runnable silentNodes;

    /** Creates a stage that does not look at nodes. */
    public SweepStage(
            IncidentStore incidents,
            IncidentRules rules,
            Responder responder,
            IncidentCloser closer,
            SilenceMaintenance silences,
            StateStore states,
            InstantSource clock) {
        this(incidents, rules, responder, closer, silences, states, clock, () -> {});
    }

    /**
     * Creates a stage.
     *
     * @param silentNodes reports nodes that have become silent
     */
    public SweepStage(
            IncidentStore incidents,
            IncidentRules rules,
            Responder responder,
            IncidentCloser closer,
            SilenceMaintenance silences,
            StateStore states,
            InstantSource clock,
            Runnable silentNodes) {
        this.silentNodes = silentNodes;
        this.incidents = incidents;
        this.rules = rules;
        this.responder = responder;
        this.closer = closer;
        this.silences = silences;
        this.journal = new ClosingJournal(states);
        this.clock = clock;
    }

    /**
     * Runs once. A failure of one part does not keep the others from running.
     *
     * @return the number of incidents that this run closed
     * @throws io.tiercel.functions.incident.StoreUnavailable if a store fails; the next sweep continues
     */
    public int sweep() {
        List<RuntimeException> failures = new ArrayList<>();
        int[] closed = new int[1];
        attempt(failures, responder::sweep);
        attempt(failures, silences::run);
        attempt(failures, silentNodes);
        attempt(failures, () -> closed[0] = closeQuiet());
        if (!failures.isEmpty()) {
            RuntimeException first = failures.removeFirst();
            failures.forEach(first::addSuppressed);
            throw first;
        }
        return closed[0];
    }

    private static void attempt(List<RuntimeException> failures, Runnable part) {
        try {
            part.run();
        } catch (RuntimeException e) {
            failures.add(e);
        }
    }

    private int closeQuiet() {
        Instant now = clock.instant();
        Deadline deadline = Deadline.after(CLOSING, clock);
        List<String> unfinished = journal.unfinished();
        unfinished.forEach(incident -> closer.publish(incident, now));
        List<Incident> quiet = incidents.quietSince(now.minus(rules.shortestQuiet()), MAX_INCIDENTS).stream()
                .filter(incident -> isQuiet(incident, now))
                .toList();
        int closed = 0;
        List<Incident> batch = List.of();
        for (int from = 0; from < quiet.size() && !deadline.passed(); from += batch.size()) {
            batch = quiet.subList(from, Math.min(quiet.size(), from + ClosingJournal.MAX_INCIDENTS));
            if (!journal.write(batch.stream().map(Incident::id).toList())) {
                // The other sweep closes them. The next one publishes what this one has not finished.
                return closed;
            }
            closed += closeUntil(deadline, batch);
        }
        boolean written = !batch.isEmpty() || !unfinished.isEmpty();
        if (written && !journal.write(List.of())) {
            LOG.log(Level.DEBUG, "another sweep replaced the journal of closed incidents");
        }
        return closed;
    }

    private boolean isQuiet(Incident incident, Instant now) {
        Duration quiet = rules.forRule(incident.fingerprint().rule()).quiet();
        return !incident.lastReceivedAt().plus(quiet).isAfter(now);
    }

    private int closeUntil(Deadline deadline, List<Incident> quiet) {
        int closed = 0;
        for (Incident incident : quiet) {
            if (deadline.passed()) {
                break;
            }
            if (closer.closeQuiet(incident)) {
                closed++;
            }
        }
        return closed;
    }
}
