package io.tiercel.functions.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import io.tiercel.functions.respond.kubernetes.PodSelector;
import io.tiercel.functions.respond.kubernetes.PodSelector.Comparison;
import io.tiercel.functions.respond.kubernetes.PodSelector.Has;
import io.tiercel.functions.respond.kubernetes.PodSelector.Not;
import io.tiercel.functions.respond.kubernetes.PodSelector.Operator;
import io.tiercel.functions.respond.kubernetes.PodSelector.Unknown;
import io.tiercel.rules.text.TextLimit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;

/**
 * The selectors of CiliumNetworkPolicies and CiliumClusterwideNetworkPolicies. Cilium adds up all policies that select a pod,
 * including NetworkPolicies. A rule in {@code ingress} or {@code egress} allows traffic, an empty rule allows none, and {@code
 * ingressDeny} and {@code egressDeny} only deny.
 */
final class CiliumPolicies {
    private static final String NAMESPACE = "io.kubernetes.pod.namespace";
    private static final String DERIVED = "io.cilium.";
    private static final String RESERVED = "reserved";

    private CiliumPolicies() {}

    /** Returns the selectors of the specifications that allow traffic. */
    static List<PodSelector> allowed(JsonNode policy, String namespace) {
        List<JsonNode> specifications = new ArrayList<>();
        specifications.add(policy.path("spec"));
        policy.path("specs").forEach(specifications::add);
        return specifications.stream()
                .filter(specification -> allows(specification.path("ingress")) || allows(specification.path("egress")))
                // Specifications with a nodeSelector apply to the host only.
                .filter(specification -> specification.path("endpointSelector").isObject())
                .map(specification -> selector(specification.path("endpointSelector"), namespace))
                .toList();
    }

    private static boolean allows(JsonNode rules) {
        return StreamSupport.stream(rules.spliterator(), false).anyMatch(rule -> !rule.isEmpty());
    }

    private static PodSelector selector(JsonNode selector, String namespace) {
        List<PodSelector> conditions = new ArrayList<>();
        for (Map.Entry<String, JsonNode> label : selector.path("matchLabels").properties()) {
            conditions.add(
                    condition(label.getKey(), "In", List.of(label.getValue().asText()), namespace));
        }
        for (JsonNode expression : selector.path("matchExpressions")) {
            List<String> values = new ArrayList<>();
            expression.path("values").forEach(value -> values.add(value.asText()));
            conditions.add(condition(
                    expression.path("key").asText(), expression.path("operator").asText(), values, namespace));
        }
        return new PodSelector.And(conditions);
    }

    /** Returns the condition on a label, whose key may start with its source: {@code k8s:app}, {@code any:app}. */
    private static PodSelector condition(String sourceAndKey, String operator, List<String> values, String namespace) {
        int colon = sourceAndKey.indexOf(':');
        String source = colon < 0 ? "any" : sourceAndKey.substring(0, colon);
        String key = sourceAndKey.substring(colon + 1);
        boolean ofKubernetes = source.equals("any") || source.equals("k8s");
        if (!ofKubernetes && !source.equals(RESERVED) || key.startsWith(DERIVED)) {
            return new Unknown("the label " + TextLimit.cut(sourceAndKey, 80) + " is not one of the pod");
        }
        PodSelector in;
        if (key.equals(NAMESPACE)) {
            in = values.contains(namespace) ? PodSelector.all() : PodSelector.none();
        } else {
            // Pods have no reserved labels.
            in = ofKubernetes ? new Comparison(key, Operator.EQUALS, values) : PodSelector.none();
        }
        PodSelector has = key.equals(NAMESPACE) ? PodSelector.all() : ofKubernetes ? new Has(key) : PodSelector.none();
        return switch (operator) {
            case "In" -> in;
            case "NotIn" -> new Not(in);
            case "Exists" -> has;
            case "DoesNotExist" -> new Not(has);
            default -> new Unknown("unknown operator " + TextLimit.cut(operator, 40));
        };
    }
}
