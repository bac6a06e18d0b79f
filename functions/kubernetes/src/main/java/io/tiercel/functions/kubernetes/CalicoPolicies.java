package io.tiercel.functions.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import io.tiercel.functions.respond.kubernetes.PodSelector;
import io.tiercel.functions.respond.kubernetes.PodSelector.Comparison;
import io.tiercel.functions.respond.kubernetes.PodSelector.Unknown;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.StreamSupport;

/**
 * The selectors of Calico's NetworkPolicies and GlobalNetworkPolicies. Calico takes a NetworkPolicy of Kubernetes for a policy of the
 * tier {@code default} without rules. A rule {@code Allow} of any other policy that selects the pod is therefore evaluated too, before
 * the end of the tier denies the rest.
 */
final class CalicoPolicies {
    private static final String NAMESPACE = "projectcalico.org/namespace";
    private static final String ORCHESTRATOR = "projectcalico.org/orchestrator";

    /** Keys of the labels that Calico derives from the namespace and the service account of a pod. */
    private static final List<String> DERIVED_PREFIXES = List.of("pcns.", "pcsa.", "projectcalico.org/");

    private static final Set<String> NAMESPACE_NAMES = Set.of("kubernetes.io/metadata.name", "projectcalico.org/name");

    private CalicoPolicies() {}

    /** Returns the selector of the policy if it has a rule that allows traffic; else nothing. */
    static List<PodSelector> allowed(JsonNode policy, String namespace) {
        JsonNode specification = policy.path("spec");
        boolean ofHosts = specification.path("doNotTrack").asBoolean()
                || specification.path("preDNAT").asBoolean();
        if (ofHosts || !allows(specification.path("ingress")) && !allows(specification.path("egress"))) {
            return List.of();
        }
        return List.of(new PodSelector.And(List.of(
                parse(specification, "selector", comparison -> ofPod(comparison, namespace)),
                parse(specification, "namespaceSelector", comparison -> ofNamespace(comparison, namespace)),
                parse(
                        specification,
                        "serviceAccountSelector",
                        comparison -> new Unknown("it selects service accounts by label")))));
    }

    private static boolean allows(JsonNode rules) {
        return StreamSupport.stream(rules.spliterator(), false)
                .anyMatch(rule -> rule.path("action").asText().equals("Allow"));
    }

    private static PodSelector parse(JsonNode specification, String field, Function<Comparison, PodSelector> labels) {
        return CalicoSelectorParser.parse(specification.path(field).asText(""), labels);
    }

    private static PodSelector ofPod(Comparison comparison, String namespace) {
        String key = comparison.key();
        if (key.equals(NAMESPACE)) {
            return constant(comparison, namespace);
        }
        if (key.equals(ORCHESTRATOR)) {
            return constant(comparison, "k8s");
        }
        return DERIVED_PREFIXES.stream().anyMatch(key::startsWith)
                ? new Unknown("the label " + key + " is not one of the pod")
                : comparison;
    }

    private static PodSelector ofNamespace(Comparison comparison, String namespace) {
        return NAMESPACE_NAMES.contains(comparison.key())
                ? constant(comparison, namespace)
                : new Unknown("it selects namespaces by the label " + comparison.key());
    }

    private static PodSelector constant(Comparison comparison, String value) {
        return comparison.matches(Map.of(comparison.key(), value)) == PodSelector.Match.YES
                ? PodSelector.all()
                : PodSelector.none();
    }
}
