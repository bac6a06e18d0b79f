package io.tiercel.functions.notification;

import io.tiercel.functions.incident.IncidentStore;
import io.tiercel.functions.incident.StoreUnavailable;
import io.tiercel.functions.json.Json;
import io.tiercel.functions.respond.state.StateStore;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Plans open incidents again, page by page, so that nothing is lost: a lost event, the last counts of an incident, a changed configuration
 * or a silence that ended early. The state document {@code notification-repair} keeps the position.
 *
 * <p>Cost: a cycle reads each open incident once, with its plan and its records, and starts at most every {@link #CYCLE}. One run plans at
 * most {@value #MAX_INCIDENTS} incidents. A cycle leaves out incidents with alerts after its start, so that it ends. With 100 open
 * incidents on DynamoDB, that is about 300 requests in five minutes.
 */
public final class NotificationRepair {
    /** The minimum time between the starts of two cycles. */
    public static final Duration CYCLE = Duration.ofMinutes(5);

    /** Maximum number of incidents that one run plans. The next run continues. */
    static final int MAX_INCIDENTS = 200;

    private static final int PAGE = 50;
    private static final String KEY = "notification-repair";
    private static final Logger LOG = System.getLogger(NotificationRepair.class.getName());

    private final IncidentStore incidents;
    private final StateStore states;
    private final NotificationPlanner planner;
    private final InstantSource clock;

    /** Channels about which a line was logged. Contains configured channels only, so it needs no limit. */
    private final Set<String> logged = ConcurrentHashMap.newKeySet();

    NotificationRepair(IncidentStore incidents, StateStore states, NotificationPlanner planner, InstantSource clock) {
        this.incidents = incidents;
        this.states = states;
        this.planner = planner;
        this.clock = clock;
    }

    /**
     * The stored document.
     *
     * @param cursor the next page; empty between two cycles
     * @param started when the last cycle started, in milliseconds since the epoch
     */
    record Position(String cursor, long started) {
        static final Position INITIAL = new Position("", 0);
    }

    /**
     * Continues until a deadline, for at most {@value #MAX_INCIDENTS} incidents. Does nothing if another process has just done it.
     *
     * @return number of messages that became pending
     * @throws StoreUnavailable if a store fails; the next run continues
     */
    public int run(Instant deadline) {
        Optional<StateStore.Versioned> stored = states.read(KEY);
        long version = stored.map(StateStore.Versioned::version).orElse(0L);
        Position position = stored.map(
                        document -> Json.read(document.document(), Position.class, StoreUnavailable::new))
                .orElse(Position.INITIAL);
        Instant now = clock.instant();
        if (position.cursor().isEmpty()
                && now.isBefore(Instant.ofEpochMilli(position.started()).plus(CYCLE))) {
            return 0;
        }
        long started = position.cursor().isEmpty() ? now.toEpochMilli() : position.started();
        String cursor = position.cursor();
        int planned = 0;
        int found = 0;
        do {
            IncidentStore.OpenPage page = incidents.open(cursor, Instant.ofEpochMilli(started), PAGE);
            for (String incident : page.ids()) {
                found += plan(incident);
            }
            planned += page.ids().size();
            cursor = page.next();
        } while (!cursor.isEmpty() && planned < MAX_INCIDENTS && clock.instant().isBefore(deadline));
        // Another process may have continued at the same time, from the same position.
        states.write(KEY, version, Json.write(new Position(cursor, started)), StateStore.Schedule.NONE);
        return found;
    }

    /**
     * Sends again what a channel has lost of open incidents.
     *
     * @param deadline the last time at which an incident is started; a repeated call continues
     * @return number of messages that became pending
     * @throws StoreUnavailable if a store fails; call it again
     */
    public int resend(String channel, Instant deadline) {
        // Also incidents with alerts in the meantime.
        Instant until = clock.instant().plus(CYCLE);
        String cursor = "";
        int resent = 0;
        do {
            IncidentStore.OpenPage page = incidents.open(cursor, until, PAGE);
            for (String incident : page.ids()) {
                resent += planner.resend(incident, channel) ? 1 : 0;
            }
            cursor = page.next();
        } while (!cursor.isEmpty() && clock.instant().isBefore(deadline));
        return resent;
    }

    private int plan(String incident) {
        try {
            Set<String> changed = planner.plan(incident);
            for (String channel : changed) {
                if (logged.add(channel)) {
                    LOG.log(
                            Level.INFO,
                            () -> "notifications: found a message about incident " + incident
                                    + " that was not pending on channel " + channel + "; further ones are not logged");
                }
            }
            return changed.size();
        } catch (RuntimeException e) {
            // One document that cannot be read must not stop the cycle. If the store is down, the position cannot be
            // stored either.
            LOG.log(Level.WARNING, () -> "notifications of incident " + incident + " cannot be planned", e);
            return 0;
        }
    }
}
