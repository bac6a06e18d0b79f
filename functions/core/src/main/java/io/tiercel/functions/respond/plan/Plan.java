package io.tiercel.functions.respond.plan;

import io.tiercel.functions.respond.PlanStep;
import io.tiercel.functions.respond.ResponsePlan;
import io.tiercel.functions.respond.policy.Mode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What is done about an incident, as it is stored.
 *
 * @param incidentId the incident
 * @param ordersTaken how many of the incident's orders it has followed
 * @param steps in order; at most {@link #MAX_STEPS}
 */
record Plan(String incidentId, int ordersTaken, List<Step> steps) {
    /** An incident that keeps matching further policies gets no more steps than that. */
    static final int MAX_STEPS = 32;

    private static final int ID_BYTES = 6;

    static Plan empty(String incidentId) {
        return new Plan(incidentId, 0, List.of());
    }

    /** Changes with every step that is added, so that an approval is for what was shown and nothing else. */
    String id() {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            for (Step step : steps) {
                sha.update((step.id() + "\n" + step.kind() + "\n" + step.target() + "\n" + step.params() + "\n")
                        .getBytes(StandardCharsets.UTF_8));
            }
            return HexFormat.of().formatHex(sha.digest(incidentId.getBytes(StandardCharsets.UTF_8)), 0, ID_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    Plan with(Step step) {
        List<Step> changed = new ArrayList<>(steps);
        changed.replaceAll(old -> old.id().equals(step.id()) ? step : old);
        return new Plan(incidentId, ordersTaken, List.copyOf(changed));
    }

    Plan withOrdersTaken(int taken) {
        return new Plan(incidentId, taken, steps);
    }

    Plan and(List<Step> further) {
        List<Step> all = new ArrayList<>(steps);
        all.addAll(further);
        return new Plan(incidentId, ordersTaken, List.copyOf(all));
    }

    boolean waits() {
        return steps.stream().anyMatch(step -> step.state() == StepState.WAITING);
    }

    /** When it goes on by itself; null for never. */
    @Nullable
    Instant due() {
        return steps.stream()
                .map(step -> switch (step.state()) {
                    // Interrupted or to be begun: whoever looks next goes on.
                    case PLANNED, APPROVED, APPLYING, RELEASING ->
                        step.until() == null ? Long.valueOf(0) : step.until();
                    default -> step.until();
                })
                .filter(Objects::nonNull)
                .min(Long::compare)
                .map(Instant::ofEpochMilli)
                .orElse(null);
    }

    /** As everybody may see it: without what targets were before. */
    ResponsePlan view() {
        String mode = steps.stream()
                .map(Step::mode)
                .max(Enum::compareTo)
                .orElse(Mode.DRY_RUN)
                .label();
        List<PlanStep> shown = steps.stream()
                .map(step -> new PlanStep(
                        step.kind().label(),
                        step.target() == null ? null : step.target().text(),
                        step.policy(),
                        step.state().label(),
                        step.why(),
                        step.notes(),
                        step.until() == null
                                ? null
                                : Instant.ofEpochMilli(step.until()).toString(),
                        step.by()))
                .toList();
        return new ResponsePlan(mode, shown, id(), waits());
    }
}
