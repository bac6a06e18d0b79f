package io.tiercel.functions.respond.plan;

import io.tiercel.functions.respond.state.StateStore.DueKind;
import io.tiercel.functions.respond.state.StateStore.Schedule;
import java.time.Instant;

/** When the sweep continues a step. */
final class StepSchedule {
    private StepSchedule() {}

    static Schedule of(Step step) {
        DueKind kind = switch (step.state()) {
            case APPLIED, PARTIAL, FAILED, RELEASING -> DueKind.RELEASE;
            case PLANNED,
                    DRY_RUN,
                    WAITING,
                    APPROVED,
                    APPLYING,
                    UNCERTAIN,
                    SKIPPED,
                    EXCLUDED,
                    EXPIRED,
                    CANCELLED,
                    RELEASED,
                    DRIFTED -> DueKind.RETRY;
        };
        Long due = step.due();
        Schedule schedule =
                Schedule.of(kind, due != null ? Instant.ofEpochMilli(due) : mustContinue(step) ? Instant.EPOCH : null);
        return step.kept() ? schedule.keep() : schedule;
    }

    /** Returns whether the next sweep must continue the step: it was interrupted, has not started, or has slots to return. */
    private static boolean mustContinue(Step step) {
        return step.isPending()
                || (step.endedUnchanged() && !step.progress().slots().isEmpty());
    }
}
