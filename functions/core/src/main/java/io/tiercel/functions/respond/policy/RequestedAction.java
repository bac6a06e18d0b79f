package io.tiercel.functions.respond.policy;

import io.tiercel.functions.enrich.Enrichment;
import io.tiercel.functions.respond.action.ActionKind;
import io.tiercel.functions.respond.action.ActionParameters;
import io.tiercel.functions.respond.action.Target;
import io.tiercel.rules.alert.Alert;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An action that a policy requests for an alert.
 *
 * @param kind the action
 * @param params its parameters
 * @param target its target; null if the target is not identified
 * @param policy the policy
 */
public record RequestedAction(
        ActionKind kind, ActionParameters params, @Nullable Target target, ResponsePolicy policy) {
    /**
     * Returns the actions that the policies request for an alert, in order. If several policies request the same action, only
     * the first request is kept. A later one is also kept if its mode allows more.
     *
     * @param facts the values of all {@code enrich.*} and {@code incident.*} fields
     */
    public static List<RequestedAction> find(
            Policies policies, Alert alert, Enrichment enrichment, Map<String, Object> facts) {
        IdentifiedTargets targets = IdentifiedTargets.of(enrichment);
        List<RequestedAction> all = new ArrayList<>();
        for (ResponsePolicy policy : policies.policies()) {
            if (policy.match().matches(alert, enrichment, facts)) {
                for (ResponsePolicy.PolicyAction action : policy.actions()) {
                    RequestedAction requested =
                            new RequestedAction(action.kind(), action.params(), target(action, targets), policy);
                    if (all.stream().noneMatch(requested::isCoveredBy)) {
                        all.add(requested);
                    }
                }
            }
        }
        return List.copyOf(all);
    }

    private boolean isCoveredBy(RequestedAction earlier) {
        return kind == earlier.kind
                && params.equals(earlier.params)
                && policy.mode().compareTo(earlier.policy.mode()) <= 0;
    }

    private static @Nullable Target target(ResponsePolicy.PolicyAction action, IdentifiedTargets targets) {
        return switch (action.kind().targetType(action.params())) {
            case POD -> targets.pod();
            case NODE -> targets.node();
            case INSTANCE, BY_SCOPE -> targets.instance();
            case RECEIVER ->
                new Target(
                        Target.Kind.RECEIVER,
                        action.kind() == ActionKind.INVOKE_FUNCTION
                                ? "function " + action.params().string("function")
                                : action.params().string("url"));
            case CHANNELS -> new Target(Target.Kind.CHANNELS, "channel");
        };
    }
}
