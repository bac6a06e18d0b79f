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
 * An action that a policy asks for, with its target.
 *
 * @param kind what to do
 * @param params how
 * @param target what to act on; null if it is not identified beyond doubt
 * @param policy who asks
 */
public record RequestedAction(
        ActionKind kind, ActionParameters params, @Nullable Target target, ResponsePolicy policy) {
    /**
     * What the policies want about an alert, in their order. What two of them ask for is there once, for the first, unless the
     * later one may go further.
     */
    public static List<RequestedAction> by(
            Policies policies, Alert alert, Enrichment enrichment, Map<String, Object> facts) {
        IdentifiedTargets targets = IdentifiedTargets.of(enrichment);
        List<RequestedAction> all = new ArrayList<>();
        for (ResponsePolicy policy : policies.policies()) {
            if (policy.match().holds(alert, enrichment, facts)) {
                for (ResponsePolicy.Asked asked : policy.actions()) {
                    RequestedAction wanted =
                            new RequestedAction(asked.kind(), asked.params(), target(asked, targets), policy);
                    if (all.stream().noneMatch(wanted::addsNothingTo)) {
                        all.add(wanted);
                    }
                }
            }
        }
        return List.copyOf(all);
    }

    private boolean addsNothingTo(RequestedAction earlier) {
        return kind == earlier.kind
                && params.equals(earlier.params)
                && policy.mode().compareTo(earlier.policy.mode()) <= 0;
    }

    private static @Nullable Target target(ResponsePolicy.Asked asked, IdentifiedTargets targets) {
        return switch (asked.kind().on(asked.params())) {
            case POD -> targets.pod();
            case NODE -> targets.node();
            case INSTANCE, SCOPE -> targets.instance();
            case RECEIVER ->
                new Target(
                        Target.Kind.RECEIVER,
                        asked.kind() == ActionKind.INVOKE_FUNCTION
                                ? "function " + asked.params().text("function")
                                : asked.params().text("url"));
            case CHANNELS -> new Target(Target.Kind.CHANNELS, "channel");
        };
    }
}
