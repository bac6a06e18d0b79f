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
 * @param made how many steps it ever had, which numbers the next one
 * @param steps in order; at most {@link #MAX_STEPS}
 */
record Plan(String incidentId, int ordersTaken, int made, List<Step> steps) {
    /** An incident that keeps matching further policies, or is seen at further places, gets no more steps than that. */
    static final int MAX_STEPS = 32;

    private static final int ID_BYTES = 6;

    /** Jackson gives 0 for the number of steps that a version without it has stored; none of those was ever forgotten. */
    Plan {
        made = Math.max(made, steps.size());
    }

    static Plan empty(String incidentId) {
        return new Plan(incidentId, 0, 0, List.of());
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
        return new Plan(incidentId, ordersTaken, made, List.copyOf(changed));
    }

    Plan following(int taken, List<Step> changed) {
        return new Plan(incidentId, taken, made, List.copyOf(changed));
    }

    Plan extended(List<Step> extended, int nowMade) {
        return new Plan(incidentId, ordersTaken, nowMade, List.copyOf(extended));
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
