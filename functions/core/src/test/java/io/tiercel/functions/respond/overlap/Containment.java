package io.tiercel.functions.respond.overlap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.tiercel.functions.json.Json;
import io.tiercel.functions.respond.PlanStep;
import io.tiercel.functions.respond.StepState;
import io.tiercel.functions.respond.ec2.Ec2Api.NetworkInterface;
import io.tiercel.functions.respond.overlap.ObservedCalls.Observer;
import io.tiercel.functions.respond.overlap.ObservedCalls.Service;
import io.tiercel.functions.respond.state.StateStore;
import io.tiercel.functions.respond.state.StateStore.DueKind;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What holds at every moment. A target is at least as closed as each step in force wants. An interface is open to all traffic only
 * while that is recorded. The stored prior state is always the first one. At the end everything is as at the beginning.
 */
final class Containment {
    private static final Instant END = Instant.parse("2100-01-01T00:00:00Z");
    private static final Set<StepState> IN_FORCE = Set.of(StepState.APPLIED, StepState.PARTIAL);
    private static final String HOLD = "hold/";
    private static final int MANY = 10_000;

    private final OverlapWorld world;
    private final ClosedTargets closedTargets;
    private final Map<String, String> expected;
    private final Map<String, Set<String>> groupsBefore = new TreeMap<>();
    private final Set<String> keys = new HashSet<>();
    private final Map<String, List<PlanStep>> inForce = new HashMap<>();
    private final Map<String, String> priors = new HashMap<>();

    Containment(OverlapWorld world) {
        this.world = world;
        this.closedTargets = new ClosedTargets(world);
        this.expected = new TreeMap<>(WorldState.of(world));
        world.ec2.interfaces.forEach((id, found) -> groupsBefore.put(id, Set.copyOf(found.groups())));
    }

    /** Expects that a pod keeps a label that another client has set: {@code team=a}. */
    void labeled(String pod, String label) {
        expected.computeIfPresent(
                pod + " labels",
                (_, labels) -> labels.replaceAll(" team=.", "").replace(" tier=", " " + label + " tier="));
    }

    /** Expects that an object does not exist at the end. */
    void gone(String object) {
        expected.keySet().removeIf(key -> key.equals(object) || key.startsWith(object + " "));
    }

    /** Returns the observer of one process. */
    Observer observer() {
        return new Observer() {
            private boolean inOpenHop;

            @Override
            public void before(Service service, String call) {
                assertTrue(
                        !inOpenHop || service == Service.EC2,
                        () -> "between the two moves of an interface: " + call + "\n" + world.story());
                inOpenHop = false;
            }

            @Override
            public boolean changed(Service service, String call) {
                if (service == Service.STORE) {
                    stored(call);
                }
                inOpenHop = service == Service.EC2
                        && call.contains("SetSecurityGroups")
                        && openInterfaces().anyMatch(call::contains);
                check(call);
                return inOpenHop;
            }
        };
    }

    /** Reads what a write to a store has changed. The call begins with the key of the document. */
    private void stored(String call) {
        String prefix = "write [";
        if (!call.startsWith(prefix)) {
            return;
        }
        String key = call.substring(prefix.length(), call.indexOf(','));
        keys.add(key);
        if (key.startsWith("plan/") || key.startsWith("step/")) {
            String incident = key.split("/")[1];
            world.plan(incident)
                    .ifPresent(plan -> inForce.put(
                            incident,
                            plan.steps().stream()
                                    .filter(step -> IN_FORCE.contains(step.state()))
                                    .toList()));
        }
        if (key.startsWith(HOLD)) {
            JsonNode prior = document(key).path("prior");
            if (!prior.isNull() && !prior.isMissingNode()) {
                assertEquals(
                        priors.computeIfAbsent(key, _ -> withoutOthers(prior)),
                        withoutOthers(prior),
                        () -> "the prior state of " + key + " changed\n" + world.story());
            }
        }
    }

    /** Returns a prior state without the label that others may have set. */
    private static String withoutOthers(JsonNode prior) {
        return prior.toString().replaceAll(",?\\\\\"team\\\\\":\\\\\"[ab]\\\\\"", "");
    }

    private JsonNode document(String key) {
        return Json.read(
                world.store.read(key).map(StateStore.Versioned::document).orElse("{}"),
                JsonNode.class,
                IllegalStateException::new);
    }

    private Stream<String> openInterfaces() {
        return world.ec2.interfaces.values().stream()
                .filter(found -> found.groups().stream().anyMatch(this::isUntrackGroup))
                .map(NetworkInterface::id);
    }

    private boolean isUntrackGroup(String group) {
        return world.ec2.groups.entrySet().stream()
                .anyMatch(entry -> entry.getKey().endsWith("/tiercel-untrack")
                        && entry.getValue().equals(group));
    }

    private void check(String call) {
        List<String> exposed = world.store.due(DueKind.EXPOSED, END, MANY);
        Set<String> open = new TreeSet<>(openInterfaces().toList());
        for (String id : open) {
            assertTrue(
                    exposed.stream().anyMatch(key -> key.contains("interface/" + id)),
                    () -> id + " is open and not recorded after " + call + "\n" + world.story());
        }
        world.ec2.interfaces.forEach((id, found) -> assertTrue(
                open.contains(id)
                        || closedTargets.isQuarantined(found)
                        || Set.copyOf(found.groups()).equals(groupsBefore.get(id)),
                () -> id + " has " + found.groups() + " after " + call + "\n" + world.story()));
        inForce.forEach((incident, steps) -> steps.forEach(step -> {
            String problem = closedTargets.problem(incident, step, open);
            assertEquals(
                    "", problem, () -> incident + " " + step + " is in force after " + call + "\n" + world.story());
        }));
    }

    /** Checks that no interface is open, after disturbances have stopped and sweeps had their time. */
    void checkSettled() {
        assertEquals(List.of(), openInterfaces().toList(), world::story);
        assertEquals(List.of(), world.store.due(DueKind.EXPOSED, END, MANY), world::story);
    }

    /** Checks that everything is as at the beginning, after all incidents were released. */
    void checkRestored() {
        checkSettled();
        assertEquals(text(expected), text(WorldState.of(world)), world::story);
        assertEquals(List.of(), world.store.due(DueKind.RELEASE, END, MANY), world::story);
        assertEquals(List.of(), world.store.due(DueKind.RETRY, END, MANY), world::story);
        for (String key : keys) {
            if (key.startsWith(HOLD)) {
                document(key).findValues("holders").forEach(holders -> assertEquals(0, holders.size(), world::story));
            }
        }
    }

    private static String text(Map<String, String> state) {
        StringBuilder text = new StringBuilder();
        state.forEach(
                (key, value) -> text.append(key).append(": ").append(value).append("\n"));
        return text.toString();
    }
}
