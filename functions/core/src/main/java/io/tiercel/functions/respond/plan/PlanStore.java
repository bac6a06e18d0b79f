package io.tiercel.functions.respond.plan;

import io.tiercel.functions.respond.PlanReader;
import io.tiercel.functions.respond.ResponsePlan;
import io.tiercel.functions.respond.action.StateJson;
import io.tiercel.functions.respond.state.StateStore;
import io.tiercel.functions.respond.state.StateStore.Versioned;
import java.util.Optional;

/** Plans in a store. */
public final class PlanStore implements PlanReader {
    static final String PREFIX = "plan/";

    private final StateStore store;

    public PlanStore(StateStore store) {
        this.store = store;
    }

    /** A plan and the version that the next write replaces. */
    record Kept(long version, Plan plan) {}

    Kept read(String incidentId) {
        Optional<Versioned> present = store.read(PREFIX + incidentId);
        return present.map(versioned -> new Kept(versioned.version(), StateJson.read(versioned.document(), Plan.class)))
                .orElseGet(() -> new Kept(0, Plan.empty(incidentId)));
    }

    /**
     * Writes a plan in place of the one that was read.
     *
     * @throws PlanMoved if somebody else has written it meanwhile
     */
    Kept write(Kept replaced, Plan plan) {
        if (!store.write(PREFIX + plan.incidentId(), replaced.version(), StateJson.write(plan), plan.due())) {
            throw new PlanMoved(plan.incidentId());
        }
        return new Kept(replaced.version() + 1, plan);
    }

    @Override
    public Optional<ResponsePlan> plan(String incidentId) {
        Kept kept = read(incidentId);
        return kept.version() == 0 ? Optional.empty() : Optional.of(kept.plan().view());
    }

    /** Somebody else has gone on with the plan; calling again finds what he has done. */
    static final class PlanMoved extends RuntimeException {
        private static final long serialVersionUID = 1L;

        PlanMoved(String incidentId) {
            super("another process has gone on with the plan of incident " + incidentId + "; to be tried again");
        }
    }
}
