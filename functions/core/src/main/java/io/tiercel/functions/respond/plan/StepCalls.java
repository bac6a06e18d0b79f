package io.tiercel.functions.respond.plan;

import io.tiercel.functions.audit.AuditEntry;
import io.tiercel.functions.audit.AuditLog;
import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.action.AuditedCalls;
import io.tiercel.functions.respond.action.Deadline;
import io.tiercel.functions.respond.hold.LockedParts;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes the calls of one attempt of a step. Writes each call to the audit log before the call, because the process may end during
 * it, and after the call. Makes no call after the deadline or after a lock of the step's parts has expired.
 */
final class StepCalls implements AuditedCalls {
    private final Step step;
    private final String incidentId;
    private final AuditLog audit;
    private final InstantSource clock;
    private final Deadline deadline;
    private final @Nullable LockedParts parts;

    StepCalls(
            Step step,
            String incidentId,
            AuditLog audit,
            InstantSource clock,
            Deadline deadline,
            @Nullable LockedParts parts) {
        this.step = step;
        this.incidentId = incidentId;
        this.audit = audit;
        this.clock = clock;
        this.deadline = deadline;
        this.parts = parts;
    }

    @Override
    public <T> T call(String description, Supplier<T> call) {
        append(description + ": calling");
        try {
            // Appending takes time, so this check comes last.
            deadline.check();
            if (parts != null) {
                parts.checkLocked();
            }
            T result = call.get();
            append(description + ": done");
            return result;
        } catch (ActionException e) {
            append(description + ": " + e.getMessage());
            throw e;
        }
    }

    private void append(String summary) {
        audit.append(AuditEntry.call(
                clock.instant(),
                step.approvedBy() == null
                        ? PlanSession.ACTOR
                        : PlanSession.ACTOR + ", approved by " + step.approvedBy(),
                incidentId,
                summary,
                Map.of("step", step.id(), "action", step.kind().label())));
    }
}
