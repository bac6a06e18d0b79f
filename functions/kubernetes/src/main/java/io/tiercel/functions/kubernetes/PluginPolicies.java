package io.tiercel.functions.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.APIResourceList;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.tiercel.functions.json.Json;
import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.kubernetes.KubernetesApi.PluginPolicy;
import io.tiercel.functions.respond.kubernetes.PodSelector;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads the policies of Cilium and Calico that allow traffic. Kinds that the cluster does not serve have none. A kind that cannot be
 * read, and policies beyond the limits, become one policy with an unknown selector.
 */
final class PluginPolicies {
    private static final int PAGE = 50;
    private static final int MAX_PAGES = 6;

    /** Limits the documents of one kind, in characters. */
    private static final int MAX_CHARACTERS = 8 * 1024 * 1024;

    /**
     * A kind of policy.
     *
     * @param allowed returns the selectors of the rules of an object that allow traffic to or from pods of a namespace
     */
    private record Kind(
            String group,
            String version,
            String resource,
            boolean namespaced,
            String name,
            BiFunction<JsonNode, String, List<PodSelector>> allowed) {
        String groupVersion() {
            return group + "/" + version;
        }
    }

    private static final List<Kind> KINDS = List.of(
            new Kind("cilium.io", "v2", "ciliumnetworkpolicies", true, "CiliumNetworkPolicy", CiliumPolicies::allowed),
            new Kind(
                    "cilium.io",
                    "v2",
                    "ciliumclusterwidenetworkpolicies",
                    false,
                    "CiliumClusterwideNetworkPolicy",
                    CiliumPolicies::allowed),
            new Kind(
                    "crd.projectcalico.org",
                    "v1",
                    "networkpolicies",
                    true,
                    "Calico NetworkPolicy",
                    CalicoPolicies::allowed),
            new Kind(
                    "crd.projectcalico.org",
                    "v1",
                    "globalnetworkpolicies",
                    false,
                    "Calico GlobalNetworkPolicy",
                    CalicoPolicies::allowed));

    private final KubernetesClient client;

    PluginPolicies(KubernetesClient client) {
        this.client = client;
    }

    /** Returns the policies that may apply to pods of a namespace and allow traffic. */
    List<PluginPolicy> read(String namespace) {
        List<PluginPolicy> policies = new ArrayList<>();
        Map<String, List<String>> served = KINDS.stream()
                .map(Kind::groupVersion)
                .distinct()
                .collect(Collectors.toMap(groupVersion -> groupVersion, this::resources));
        for (Kind kind : KINDS) {
            if (served.getOrDefault(kind.groupVersion(), List.of()).contains(kind.resource())) {
                policies.addAll(read(kind, namespace));
            }
        }
        return List.copyOf(policies);
    }

    /** Returns the resources of a group that the API server serves; empty if it does not serve the group. */
    private List<String> resources(String groupVersion) {
        APIResourceList list =
                KubernetesApiClient.call("get /apis/" + groupVersion, () -> client.getApiResources(groupVersion));
        return list == null || list.getResources() == null
                ? List.of()
                : list.getResources().stream()
                        .map(resource -> resource.getName())
                        .toList();
    }

    private List<PluginPolicy> read(Kind kind, String namespace) {
        List<PluginPolicy> policies = new ArrayList<>();
        String path = "/apis/" + kind.groupVersion() + (kind.namespaced() ? "/namespaces/" + namespace : "") + "/"
                + kind.resource() + "?limit=" + PAGE;
        String token = "";
        int characters = 0;
        for (int page = 0; page < MAX_PAGES && characters < MAX_CHARACTERS; page++) {
            String document = get(kind, path + token);
            if (document == null) {
                policies.add(notRead(kind, "the API server denies reading them"));
                return policies;
            }
            characters += document.length();
            JsonNode list = Json.read(document, JsonNode.class, ActionException::unreadable);
            for (JsonNode policy : list.path("items")) {
                List<PodSelector> allowed = kind.allowed().apply(policy, namespace);
                if (!allowed.isEmpty()) {
                    policies.add(new PluginPolicy(
                            kind.name(), policy.at("/metadata/name").asText(), new PodSelector.Or(allowed)));
                }
            }
            String next = list.at("/metadata/continue").asText("");
            if (next.isEmpty()) {
                return policies;
            }
            token = "&continue=" + URLEncoder.encode(next, StandardCharsets.UTF_8);
        }
        policies.add(notRead(kind, "there are more than " + policies.size() + " that allow traffic"));
        return policies;
    }

    private static PluginPolicy notRead(Kind kind, String reason) {
        return new PluginPolicy(kind.name(), "*", new PodSelector.Unknown(reason));
    }

    /** Returns a document; null if the API server denies the request. */
    private @Nullable String get(Kind kind, String path) {
        return KubernetesApiClient.call("list " + kind.resource(), () -> {
            try {
                return client.raw(path);
            } catch (KubernetesClientException e) {
                if (e.getCode() == 403) {
                    return null;
                }
                throw e;
            }
        });
    }
}
