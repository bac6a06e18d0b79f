package io.tiercel.functions.notification;

import io.tiercel.functions.AlertText;
import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.incident.IncidentClosure;
import io.tiercel.functions.incident.IncidentState;
import io.tiercel.functions.incident.IncidentStore;
import io.tiercel.functions.incident.Lifecycle;
import io.tiercel.rules.alert.Priority;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/** Incidents that a test changes at random. */
final class FakeIncidents {
    private static final Incident TEMPLATE = SingleIncidentStore.incidentOf(AlertText.read(AlertText.shellInPod()), 1);
    private static final List<Priority> PRIORITIES =
            List.of(Priority.NOTICE, Priority.WARNING, Priority.ERROR, Priority.CRITICAL, Priority.EMERGENCY);

    private final Map<String, Incident> incidents = new TreeMap<>();

    /** Returns the incidents by id. */
    Map<String, Incident> all() {
        return incidents;
    }

    /** Opens an incident. */
    void open(String id, Priority priority, Instant at) {
        incidents.put(id, incident(id, priority, 1, 0, Lifecycle.opened(), at));
    }

    /** Changes an incident that exists: its count, priority, escalation, state or sender. */
    void change(String id, RandomGenerator random, Instant now) {
        Incident before = incidents.get(id);
        if (before == null) {
            throw new AssertionError(id);
        }
        Lifecycle lifecycle = before.lifecycle();
        Priority priority = before.priority();
        long count = before.count();
        long verified = before.verifiedCount();
        Instant opened = before.openedAt();
        switch (random.nextInt(6)) {
            case 0 -> count += 1 + random.nextInt(20);
            case 1 -> priority = moreUrgent(priority, PRIORITIES.get(random.nextInt(PRIORITIES.size())));
            case 2 -> verified++;
            case 3 ->
                lifecycle = new Lifecycle(
                        lifecycle.state(), lifecycle.escalation() + 1, lifecycle.episode(), lifecycle.closing());
            default -> {
                if (before.state() == IncidentState.OPEN) {
                    lifecycle = new Lifecycle(
                            IncidentState.CLOSED,
                            lifecycle.escalation(),
                            lifecycle.episode(),
                            new IncidentClosure(now, "ada", 0));
                } else {
                    lifecycle =
                            new Lifecycle(IncidentState.OPEN, lifecycle.escalation(), lifecycle.episode() + 1, null);
                    count++;
                    opened = now;
                }
            }
        }
        incidents.put(id, incident(id, priority, count, verified, lifecycle, opened));
    }

    private static Priority moreUrgent(Priority a, Priority b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    private static Incident incident(
            String id, Priority priority, long count, long verified, Lifecycle lifecycle, Instant opened) {
        return new Incident(
                id,
                TEMPLATE.fingerprint(),
                priority,
                count,
                verified,
                TEMPLATE.firstSeenNanos(),
                TEMPLATE.lastSeenNanos(),
                opened,
                opened,
                TEMPLATE.tactics(),
                lifecycle,
                TEMPLATE.enrichment(),
                0,
                TEMPLATE.doubts(),
                TEMPLATE.sample());
    }

    /** Returns a store that finds the incidents, and can do nothing else. */
    IncidentStore store() {
        return (IncidentStore) Proxy.newProxyInstance(
                IncidentStore.class.getClassLoader(), new Class<?>[] {IncidentStore.class}, (_, method, arguments) -> {
                    if (!method.getName().equals("find")) {
                        throw new UnsupportedOperationException(method.getName());
                    }
                    return Optional.ofNullable(incidents.get(String.valueOf(arguments[0])));
                });
    }
}
