package io.tiercel.functions.respond.plan;

import io.tiercel.functions.json.Json;
import io.tiercel.functions.respond.PlanReader;
import io.tiercel.functions.respond.ResponsePlan;
import io.tiercel.functions.respond.state.StateStore;
import io.tiercel.functions.respond.state.StateStore.DueKind;
import io.tiercel.functions.respond.state.StateStore.Schedule;
import io.tiercel.functions.respond.state.StateStore.Versioned;
import java.util.Optional;

/** Reads and writes plans in a {@link StateStore}. */
public final class PlanStore implements PlanReader {
    static final String PREFIX = "plan/";

    private final StateStore store;

    public PlanStore(StateStore store) {
        this.store = store;
    }

    /** A plan with its stored version; version 0 is a plan that is not stored yet. */
    record StoredPlan(long version, Plan plan) {}

    StoredPlan read(String incidentId) {
        Optional<Versioned> current = store.read(PREFIX + incidentId);
        return current.map(versioned -> new StoredPlan(versioned.version(), versioned.parse(Plan.class)))
                .orElseGet(() -> new StoredPlan(0, Plan.empty(incidentId)));
    }

    /**
     * Replaces a plan.
     *
     * @throws PlanConflict if another process has written the plan since it was read
     */
    StoredPlan write(StoredPlan replaced, Plan plan) {
        if (!store.write(
                PREFIX + plan.incidentId(),
                replaced.version(),
                Json.write(plan),
                Schedule.of(DueKind.RETRY, plan.due()).keep())) {
            throw new PlanConflict(plan.incidentId());
        }
        return new StoredPlan(replaced.version() + 1, plan);
    }

    @Override
    public Optional<ResponsePlan> plan(String incidentId) {
        StoredPlan stored = read(incidentId);
        return stored.version() == 0
                ? Optional.empty()
                : Optional.of(stored.plan().view());
    }

    /** Another process has changed the plan. The caller may retry and then sees that change. */
    static final class PlanConflict extends RuntimeException {
        private static final long serialVersionUID = 1L;

        PlanConflict(String incidentId) {
            super("another process has changed the plan of incident " + incidentId + "; try again");
        }
    }
}
