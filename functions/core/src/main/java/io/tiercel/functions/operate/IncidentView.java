package io.tiercel.functions.operate;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.enrich.HostFacts;
import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.notification.Acknowledgement;
import io.tiercel.functions.respond.PlanStep;
import io.tiercel.functions.respond.ResponsePlan;
import io.tiercel.functions.respond.StepState;
import io.tiercel.rules.text.Sha256;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Summaries of incidents as JSON. */
final class IncidentView {
    private static final int SHORT_ID = 8;
    private static final int LIFECYCLE_VERSION_BYTES = 4;
    private static final int RESPONSE_VERSION_BYTES = 8;

    /** The state of a response whose steps have several states is the first of these that a step has. */
    private static final List<StepState> RESPONSE_STATES = List.of(
            StepState.WAITING,
            StepState.RELEASING,
            StepState.APPLYING,
            StepState.PARTIAL,
            StepState.APPLIED,
            StepState.FAILED,
            StepState.UNCERTAIN,
            StepState.RELEASED,
            StepState.PLANNED,
            StepState.DRY_RUN);

    private IncidentView() {}

    /**
     * Returns the version of an incident: a hash of what decides about changes. It does not change when alerts are counted. It begins
     * with the version of the lifecycle.
     *
     * @param plan the stored plan; null if there is none
     */
    static String version(Incident incident, @Nullable ResponsePlan plan) {
        Sha256 hash = new Sha256();
        if (plan != null) {
            hash.update(plan.id() + "\n");
            plan.steps().forEach(step -> hash.update(step.state().label() + "\n"));
        }
        return lifecycleVersion(incident) + hash.hexPrefix(RESPONSE_VERSION_BYTES);
    }

    /** Returns the part of the version that does not change with the response. It always has the same length. */
    static String lifecycleVersion(Incident incident) {
        Sha256 hash = new Sha256();
        hash.update(incident.lifecycle().episode() + "\n" + incident.lifecycle().label() + "\n");
        return hash.hexPrefix(LIFECYCLE_VERSION_BYTES);
    }

    /** Returns the state of a response, derived from the states of its steps. */
    static String response(@Nullable ResponsePlan plan) {
        if (plan == null || plan.steps().isEmpty()) {
            return "none";
        }
        Set<StepState> states =
                plan.steps().stream().map(step -> normalized(step.state())).collect(Collectors.toSet());
        if (states.contains(StepState.APPLIED) && states.contains(StepState.FAILED)) {
            states.add(StepState.PARTIAL);
        }
        return RESPONSE_STATES.stream()
                .filter(states::contains)
                .findFirst()
                .orElse(StepState.SKIPPED)
                .label();
    }

    private static StepState normalized(StepState state) {
        return switch (state) {
            case APPROVED -> StepState.APPLYING;
            case DRIFTED -> StepState.PARTIAL;
            case PLANNED,
                    DRY_RUN,
                    WAITING,
                    APPLYING,
                    APPLIED,
                    PARTIAL,
                    FAILED,
                    UNCERTAIN,
                    SKIPPED,
                    EXCLUDED,
                    EXPIRED,
                    CANCELLED,
                    RELEASING,
                    RELEASED -> state;
        };
    }

    /** Returns whether an earlier request has released the response. */
    static boolean released(@Nullable ResponsePlan plan) {
        return plan != null
                && plan.steps().stream()
                        .map(PlanStep::state)
                        .anyMatch(Set.of(StepState.RELEASING, StepState.RELEASED, StepState.CANCELLED)::contains);
    }

    /**
     * Returns the summary of an incident.
     *
     * @param plan the stored plan; null if there is none
     * @param silenced whether a silence withholds its messages
     * @param user the user of its first alert; null if it is not known
     */
    static ObjectNode summary(
            IncidentPages.Entry entry,
            @Nullable ResponsePlan plan,
            boolean silenced,
            @Nullable String user,
            Instant now) {
        Incident incident = entry.incident();
        HostFacts host = incident.enrichment().host();
        Acknowledgement acknowledgement = entry.acknowledgement();
        IncidentNotes.Assignment assignment = entry.assignment();
        ObjectNode view = JsonNodeFactory.instance.objectNode();
        view.put("id", incident.id());
        view.put(
                "shortId",
                incident.id().substring(0, Math.min(SHORT_ID, incident.id().length())));
        view.put("version", version(incident, plan));
        view.put("rule", incident.fingerprint().rule());
        view.put("priority", incident.priority().label());
        view.put("state", incident.lifecycle().label());
        view.put("episode", incident.lifecycle().episode());
        view.put("count", incident.count());
        view.put("verifiedCount", incident.verifiedCount());
        view.put("target", incident.targetText());
        view.put("host", host.node());
        view.put("namespace", host.namespace());
        view.put("pod", host.pod());
        view.put("container", host.containerName() == null ? host.containerId() : host.containerName());
        view.put("image", host.image());
        view.put("user", user);
        view.put("firstSeen", time(incident.firstSeenNanos()));
        view.put("lastSeen", time(incident.lastSeenNanos()));
        view.put("openedAt", incident.openedAt().toString());
        view.put("acknowledgedBy", acknowledgement == null ? null : acknowledgement.by());
        view.put(
                "acknowledgedAt",
                acknowledgement == null
                        ? null
                        : Instant.ofEpochMilli(acknowledgement.atMillis()).toString());
        view.put("assignedTo", assignment == null ? null : assignment.to());
        view.put("silenced", silenced);
        view.put("response", response(plan));
        ArrayNode tactics = view.putArray("tactics");
        incident.tactics().forEach(tactics::add);
        ArrayNode activity = view.putArray("activity");
        entry.activity().until(now).forEach(activity::add);
        return view;
    }

    /** Returns a time in nanoseconds since the epoch as text. */
    static String time(long nanos) {
        return Instant.ofEpochSecond(0, nanos).toString();
    }
}
