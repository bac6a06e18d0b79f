package io.tiercel.functions.respond.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tiercel.functions.respond.StepState;
import io.tiercel.functions.respond.action.ActionKind;
import io.tiercel.functions.respond.action.ActionParameters;
import io.tiercel.functions.respond.policy.Confidence;
import io.tiercel.functions.respond.policy.Mode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What people are offered is what a release does, for each state of a step. */
@Tag("unit")
final class ReleasableStepTest {
    @ParameterizedTest
    @EnumSource(StepState.class)
    void a_step_is_releasable_exactly_if_a_release_changes_its_state(StepState state) {
        for (ActionKind kind : ActionKind.values()) {
            for (List<String> parts : List.of(List.<String>of(), List.of("pod a/b"))) {
                Step step = step(kind, state, parts);
                StepState after = step.releasedBy("ada").state();
                assertEquals(after != state, step.releasable(), () -> kind + " " + state + " " + parts);
            }
        }
    }

    private static Step step(ActionKind kind, StepState state, List<String> parts) {
        return new Step(
                "a1-0",
                1,
                "pod",
                kind,
                null,
                Confidence.CONFIRMED,
                ActionParameters.withDefaults(kind, Map.of()),
                "policy",
                "description",
                Mode.APPROVE,
                null,
                false,
                StepProgress.PLANNED.withParts(parts).withState(state));
    }
}
