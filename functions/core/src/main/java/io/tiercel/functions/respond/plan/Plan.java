package io.tiercel.functions.respond.plan;

import io.tiercel.functions.respond.PlanStep;
import io.tiercel.functions.respond.ResponsePlan;
import io.tiercel.functions.respond.policy.Mode;
import io.tiercel.rules.text.Sha256;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The plan of an incident, as stored.
 *
 * @param incidentId the incident
 * @param commandsApplied how many of the incident's operator commands the plan has applied
 * @param stepsCreated how many steps the plan ever had; the number of the next step
 * @param steps in order; at most {@link #MAX_STEPS}
 */
record Plan(String incidentId, int commandsApplied, int stepsCreated, List<Step> steps) {
    /** Limits the plan of an incident that matches ever more policies or affects ever more targets. */
    static final int MAX_STEPS = 32;

    /** Limits the steps whose target is not confirmed, so that confirmed ones always find room. */
    static final int MAX_UNCONFIRMED_STEPS = 16;

    private static final int ID_BYTES = 6;

    /** Returns the id of the step with a number. */
    static String stepId(String incidentId, int number) {
        return incidentId + "-" + number;
    }

    /** Returns whether a step must not expire in the store. */
    boolean kept() {
        return steps.stream().anyMatch(Step::kept);
    }

    /** Returns a hash of the steps. It changes whenever a step is added, so that an approval covers only the steps shown. */
    String id() {
        Sha256 hash = new Sha256();
        for (Step step : steps) {
            String target = step.target() == null ? "" : step.target().text();
            hash.update(step.id() + "\n" + step.kind() + "\n" + target + "\n" + step.params() + "\n");
        }
        return hash.update(incidentId).hexPrefix(ID_BYTES);
    }

    /** Returns the plan with a step replaced by its id. */
    Plan withStep(Step step) {
        List<Step> changed = new ArrayList<>(steps);
        changed.replaceAll(old -> old.id().equals(step.id()) ? step : old);
        return new Plan(incidentId, commandsApplied, stepsCreated, List.copyOf(changed));
    }

    Plan afterCommand(int newCommandsApplied, List<Step> newSteps) {
        return new Plan(incidentId, newCommandsApplied, stepsCreated, List.copyOf(newSteps));
    }

    Plan withSteps(List<Step> newSteps, int newStepsCreated) {
        return new Plan(incidentId, commandsApplied, newStepsCreated, List.copyOf(newSteps));
    }

    /**
     * Returns the plan as shown to people, without the prior states of targets.
     *
     * @param holders the incidents that hold each part
     */
    ResponsePlan view(Map<String, List<String>> holders) {
        String mode = steps.stream()
                .map(Step::mode)
                .max(Enum::compareTo)
                .orElse(Mode.DRY_RUN)
                .label();
        return new ResponsePlan(
                mode, steps.stream().map(step -> view(step, holders)).toList(), id());
    }

    /** Returns the notes of a step, followed by what it will do, who else holds its target and by what releasing it will do. */
    private List<String> notes(Step step, Map<String, List<String>> holders) {
        List<String> notes = new ArrayList<>(step.notes());
        notes.addAll(step.progress().preview());
        List<String> others = step.parts().stream()
                .flatMap(part -> holders.getOrDefault(part, List.of()).stream())
                .filter(incident -> !incident.equals(incidentId))
                .distinct()
                .toList();
        if (step.undoable() && !others.isEmpty()) {
            notes.add(HolderNotes.alsoHeldBy(others));
        }
        step.progress().onRelease().forEach(message -> notes.add(PlanStep.ON_RELEASE + message));
        return notes;
    }

    private PlanStep view(Step step, Map<String, List<String>> holders) {
        return new PlanStep(
                step.kind().label(),
                step.target() == null ? null : step.target().text(),
                step.policy(),
                step.state(),
                step.description(),
                notes(step, holders),
                step.due() == null ? null : Instant.ofEpochMilli(step.due()).toString(),
                step.approvedBy(),
                step.mode().label(),
                step.releasable());
    }
}
