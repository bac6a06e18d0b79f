package io.tiercel.functions.respond.policy;

import io.tiercel.functions.enrich.Enrichment;
import io.tiercel.functions.enrich.HostFacts;
import io.tiercel.functions.respond.action.ActionKind;
import io.tiercel.functions.respond.action.Params;
import io.tiercel.functions.respond.action.Target;
import io.tiercel.rules.alert.Alert;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An action that a policy asks for, with its target.
 *
 * @param kind what to do
 * @param params how
 * @param target what to act on; null if it is not identified beyond doubt
 * @param policy who asks
 */
public record Wanted(
        ActionKind kind, Params params, @Nullable Target target, ResponsePolicy policy) {
    /** Kubernetes' names: DNS subdomains. */
    private static final Pattern DNS_NAME = Pattern.compile("[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?");

    /**
     * What the policies want about an alert, in their order. What two of them ask for is there once, for the first, unless the
     * later one may go further.
     */
    public static List<Wanted> by(Policies policies, Alert alert, Enrichment enrichment, Map<String, Object> facts) {
        List<Wanted> all = new ArrayList<>();
        for (ResponsePolicy policy : policies.policies()) {
            if (policy.match().holds(alert, enrichment, facts)) {
                for (ResponsePolicy.Asked asked : policy.actions()) {
                    Wanted wanted = new Wanted(
                            asked.kind(),
                            asked.params(),
                            target(asked, enrichment).orElse(null),
                            policy);
                    if (all.stream().noneMatch(wanted::addsNothingTo)) {
                        all.add(wanted);
                    }
                }
            }
        }
        return List.copyOf(all);
    }

    private boolean addsNothingTo(Wanted earlier) {
        return kind == earlier.kind
                && params.equals(earlier.params)
                && policy.mode().compareTo(earlier.policy.mode()) <= 0;
    }

    private static Optional<Target> target(ResponsePolicy.Asked asked, Enrichment enrichment) {
        return switch (asked.kind().on(asked.params())) {
            case POD -> pod(enrichment);
            case NODE -> node(enrichment);
            case INSTANCE, SCOPE -> instance(enrichment);
            case RECEIVER ->
                Optional.of(new Target(
                        Target.Kind.RECEIVER,
                        asked.kind() == ActionKind.INVOKE_FUNCTION
                                ? "function " + asked.params().text("function")
                                : asked.params().text("url")));
            case CHANNELS -> Optional.of(new Target(Target.Kind.CHANNELS, "channel"));
        };
    }

    private static Optional<Target> pod(Enrichment enrichment) {
        HostFacts host = enrichment.host();
        return dnsName(host.namespace())
                .flatMap(namespace -> dnsName(host.pod()).map(pod -> Target.pod(namespace, pod)));
    }

    private static Optional<Target> node(Enrichment enrichment) {
        HostFacts host = enrichment.host();
        String name = enrichment.node() != null ? enrichment.node().name() : host.pod() == null ? null : host.node();
        return dnsName(name).map(node -> new Target(Target.Kind.NODE, node));
    }

    /** An instance of which something is known that contradicts the alert is not identified. */
    private static Optional<Target> instance(Enrichment enrichment) {
        String id = enrichment.instance() == null
                ? enrichment.host().instanceId()
                : enrichment.instance().verified() ? enrichment.instance().id() : null;
        return Optional.ofNullable(id).map(known -> new Target(Target.Kind.INSTANCE, known));
    }

    private static Optional<String> dnsName(@Nullable String name) {
        return Optional.ofNullable(name).filter(text -> DNS_NAME.matcher(text).matches());
    }
}
