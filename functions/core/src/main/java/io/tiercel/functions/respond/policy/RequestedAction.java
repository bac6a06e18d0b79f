package io.tiercel.functions.respond.policy;

import io.tiercel.functions.enrich.Enrichment;
import io.tiercel.functions.enrich.TargetConfirmation;
import io.tiercel.functions.enrich.TargetConfirmations;
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
 * @param identified its target, with the missing or contradicting links. Receivers and channels are configured, not
 *     identified, and always confirmed
 * @param confidence how far the request is confirmed
 * @param policy the policy
 */
public record RequestedAction(
        ActionKind kind,
        ActionParameters params,
        IdentifiedTarget identified,
        Confidence confidence,
        ResponsePolicy policy) {
    /**
     * Returns the actions that the policies request for an alert, in order. If several policies request the same action, only
     * the first request is kept. A later one is also kept if its mode allows more.
     *
     * @param facts the values of all {@code enrich.*} and {@code incident.*} fields
     */
    public static List<RequestedAction> find(
            Policies policies, Alert alert, Enrichment enrichment, Map<String, Object> facts) {
        List<RequestedAction> all = new ArrayList<>();
        for (ResponsePolicy policy : policies.policies()) {
            if (policy.match().matches(alert, enrichment, facts)) {
                for (ResponsePolicy.PolicyAction action : policy.actions()) {
                    IdentifiedTarget identified = identify(action.kind(), action.params(), enrichment);
                    RequestedAction requested = new RequestedAction(
                            action.kind(),
                            action.params(),
                            identified,
                            confidence(action.kind(), enrichment, identified),
                            policy);
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

    /** Returns the target; null if it is not identified. */
    public @Nullable Target target() {
        return identified.target();
    }

    /** Returns how far an enrichment confirms a target that {@link #identify} returned for it. Channels need no confirmation. */
    public static Confidence confidence(ActionKind kind, Enrichment enrichment, IdentifiedTarget identified) {
        if (kind == ActionKind.NOTIFY) {
            return Confidence.CONFIRMED;
        }
        boolean verified = enrichment.sender().verified()
                && TargetConfirmations.of(enrichment).falseClaims().isEmpty();
        if (!verified) {
            return Confidence.UNVERIFIED_SENDER;
        }
        return identified.confirmed() ? Confidence.CONFIRMED : Confidence.UNCONFIRMED_TARGET;
    }

    /** Returns the target of an action for an alert with the given enrichment. */
    public static IdentifiedTarget identify(ActionKind kind, ActionParameters params, Enrichment enrichment) {
        return switch (kind.targetKind(params)) {
            case POD -> IdentifiedTargets.of(enrichment).pod();
            case NODE -> IdentifiedTargets.of(enrichment).node();
            case INSTANCE -> IdentifiedTargets.of(enrichment).instance();
            case RECEIVER ->
                configured(
                        Target.Kind.RECEIVER,
                        kind == ActionKind.INVOKE_FUNCTION
                                ? "function " + params.string("function")
                                : params.string("url"));
            case CHANNELS -> configured(Target.Kind.CHANNELS, "channel");
        };
    }

    private static IdentifiedTarget configured(Target.Kind kind, String name) {
        return new IdentifiedTarget(new Target(kind, name), TargetConfirmation.CONFIRMED);
    }
}
