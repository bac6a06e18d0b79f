package io.tiercel.functions.respond;

import io.tiercel.functions.enrich.Enrichment;
import io.tiercel.rules.alert.Alert;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Makes plans from policies. It only ever writes down; nothing here can act. */
public final class Planner {
    private final List<ResponsePolicy> policies;

    private Planner(List<ResponsePolicy> policies) {
        this.policies = policies;
    }

    /** A planner with the policies that come with Tiercel. */
    public static Planner withDefaultPolicies() {
        return new Planner(PolicyFile.readDefault());
    }

    /**
     * A planner with the policies of a file.
     *
     * @param name the file's name, for messages
     * @param yaml its text
     * @throws PolicyInvalid if the file is wrong; the message says where, what, and how to write it
     */
    public static Planner of(String name, String yaml) {
        return new Planner(PolicyFile.read(name, yaml));
    }

    /** What would be done about the alert; a step that two policies ask for is there once, for the first of them. */
    public ResponsePlan plan(Alert alert, Enrichment enrichment) {
        List<PlanStep> steps = new ArrayList<>();
        Set<Action> planned = new HashSet<>();
        for (ResponsePolicy policy : policies) {
            if (policy.match().holds(alert, enrichment)) {
                for (Action action : policy.actions()) {
                    if (planned.add(action)) {
                        Optional<String> target = action.target(enrichment.host());
                        steps.add(new PlanStep(
                                action.label(),
                                target.orElse(null),
                                policy.name(),
                                target.isPresent() ? PlanStep.PLANNED : PlanStep.NO_TARGET,
                                policy.description()));
                    }
                }
            }
        }
        return new ResponsePlan(ResponsePlan.DRY_RUN, List.copyOf(steps));
    }
}
