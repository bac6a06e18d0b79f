package io.tiercel.functions.console.view;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * The response plan of an incident.
 *
 * @param id its id, which an approval repeats
 * @param approvable whether it waits for an approval
 * @param releasable whether a release would change a step
 */
public record PlanView(FormValue id, boolean approvable, boolean releasable, List<Step> steps) {
    /** One step. Absent texts are empty. */
    public record Step(
            String action,
            String target,
            String state,
            String mode,
            String note,
            String deadline,
            String approvedBy,
            String releaseRestores,
            boolean approvable,
            boolean releasable) {
        /** Returns the state for people. */
        public String stateText() {
            return ResponseText.of(state);
        }

        /** Returns the class of the style sheet for the state. */
        public String stateClass() {
            return ResponseText.styleOf(state);
        }
    }

    static PlanView of(JsonNode node) {
        return new PlanView(
                new FormValue(Fields.text(node, "id")),
                Fields.flag(node, "approvable"),
                Fields.flag(node, "releasable"),
                Fields.items(node, "steps")
                        .map(step -> new Step(
                                Fields.text(step, "action"),
                                Fields.text(step, "target"),
                                Fields.text(step, "state"),
                                Fields.text(step, "mode"),
                                Fields.text(step, "note"),
                                Fields.text(step, "deadline"),
                                Fields.text(step, "approvedBy"),
                                Fields.text(step, "releaseRestores"),
                                Fields.flag(step, "approvable"),
                                Fields.flag(step, "releasable")))
                        .toList());
    }

    /** Returns whether there are no steps. */
    public boolean empty() {
        return steps.isEmpty();
    }

    /** Returns the steps that an approval begins. */
    public List<Step> waiting() {
        return steps.stream().filter(Step::approvable).toList();
    }

    /** Returns the steps that a release ends or cancels. */
    public List<Step> inEffect() {
        return steps.stream().filter(Step::releasable).toList();
    }
}
