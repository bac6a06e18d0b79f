package io.tiercel.functions.notification;

import io.tiercel.functions.incident.IncidentStore;
import io.tiercel.functions.incident.StoreUnavailable;
import io.tiercel.functions.respond.state.StateStore;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Some processes that plan and deliver on a virtual clock. Each lane has a time of its own, so that a channel that does not answer takes
 * time from its lane only. A process that crashes loses everything but the stores, and starts again after a second. Requests to plan are
 * delivered at least once.
 */
final class OutboxSimulation {
    private static final Duration RESTART = Duration.ofSeconds(1);

    private final IncidentStore incidents;
    private final NotificationStore records;
    private final StateStore states;
    private final List<FaultyChannel> channels;
    private final VirtualClock clock;
    private final RandomGenerator random;
    private final List<Process> processes = new ArrayList<>();
    private final Queue<String> requests = new ArrayDeque<>();
    private int oneStoreFaultIn;

    /** One process. */
    private final class Process {
        private NotificationOutbox outbox = open();
        private final Map<String, Instant> next = new HashMap<>();
        private Instant planning = Instant.MIN;

        private NotificationOutbox open() {
            return new NotificationOutbox(
                    new NotificationOutbox.Stores(
                            incidents,
                            faulty(NotificationStore.class, records),
                            faulty(StateStore.class, states),
                            SingleIncidentStore.PLAN_PREVIEW),
                    NotificationOutbox.Policies.ALL,
                    channels,
                    (channel, subject, change, due) -> next.merge(channel, due, OutboxSimulation::earlier),
                    clock);
        }

        private void crash() {
            outbox = open();
            next.clear();
            Instant restart = clock.instant().plus(RESTART);
            channels.forEach(channel -> next.put(channel.name(), restart));
            planning = restart;
        }
    }

    OutboxSimulation(
            int processes,
            IncidentStore incidents,
            NotificationStore records,
            StateStore states,
            List<FaultyChannel> channels,
            VirtualClock clock,
            RandomGenerator random) {
        this.incidents = incidents;
        this.records = records;
        this.states = states;
        this.channels = channels;
        this.clock = clock;
        this.random = random;
        for (int i = 0; i < processes; i++) {
            this.processes.add(new Process());
        }
    }

    private static Instant earlier(Instant a, Instant b) {
        return a.isBefore(b) ? a : b;
    }

    /** About one call of a store in some fails, before or after its effect, or ends the process. 0 for none. */
    void storeFaults(int oneIn) {
        oneStoreFaultIn = oneIn;
    }

    /** Requests to plan an incident. */
    void publish(String incidentId) {
        requests.add(incidentId);
    }

    /** Runs until a time. */
    void runUntil(Instant end) {
        while (true) {
            Process process = null;
            String lane = null;
            Instant first = end;
            for (Process candidate : processes) {
                if (!requests.isEmpty() && candidate.planning.isBefore(first)) {
                    process = candidate;
                    lane = null;
                    first = candidate.planning;
                }
                for (FaultyChannel channel : channels) {
                    Instant next = candidate.next.getOrDefault(channel.name(), Instant.MIN);
                    if (next.isBefore(first)) {
                        process = candidate;
                        lane = channel.name();
                        first = next;
                    }
                }
            }
            if (process == null) {
                clock.set(end);
                return;
            }
            clock.set(first.equals(Instant.MIN) ? clock.instant() : first);
            step(process, lane);
        }
    }

    private void step(Process process, @Nullable String lane) {
        Instant before = clock.instant();
        try {
            if (lane == null) {
                plan(process);
            } else {
                // A wake-up during the run is not forgotten.
                process.next.put(lane, Instant.MAX);
                Instant next = process.outbox.lane(lane).orElseThrow().runOnce();
                process.next.merge(lane, later(next, clock.instant().plusMillis(1)), OutboxSimulation::earlier);
            }
        } catch (StoreUnavailable e) {
            resultLost(lane);
            Instant again = clock.instant().plus(RESTART);
            if (lane == null) {
                process.planning = again;
            } else {
                process.next.put(lane, again);
            }
        } catch (SimulatedCrash e) {
            resultLost(lane);
            process.crash();
        } finally {
            // The times of other lanes do not depend on this one.
            clock.set(before);
        }
    }

    /** The result of the last message of a run may not be recorded, so that it is sent again. */
    private void resultLost(@Nullable String lane) {
        channels.stream().filter(channel -> channel.name().equals(lane)).forEach(FaultyChannel::resultLost);
    }

    private static Instant later(Instant a, Instant b) {
        return a.isAfter(b) ? a : b;
    }

    private void plan(Process process) {
        String incident = requests.element();
        process.outbox.planner().plan(incident);
        requests.remove();
        process.planning = clock.instant().plusMillis(1);
    }

    /** A proxy whose calls fail at random. */
    private <T> T faulty(Class<T> type, T target) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (_, method, arguments) -> {
                    int fault = oneStoreFaultIn > 0 && random.nextInt(oneStoreFaultIn) == 0 ? 1 + random.nextInt(4) : 0;
                    if (fault == 1) {
                        throw new StoreUnavailable("busy", new IllegalStateException());
                    }
                    if (fault == 2) {
                        throw new SimulatedCrash();
                    }
                    Object result;
                    try {
                        result = method.invoke(target, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                    if (fault == 3) {
                        throw new StoreUnavailable("no answer", new IllegalStateException());
                    }
                    if (fault == 4) {
                        throw new SimulatedCrash();
                    }
                    return result;
                }));
    }
}
