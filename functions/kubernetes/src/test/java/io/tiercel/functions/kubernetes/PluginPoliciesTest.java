package io.tiercel.functions.kubernetes;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.absent;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.kubernetes.KubernetesApi.PluginPolicy;
import io.tiercel.functions.respond.kubernetes.PodSelector.Match;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests which policies of Cilium and Calico the client finds, against a simulated API server. */
@Tag("unit")
class PluginPoliciesTest {
    private static final String CILIUM = "/apis/cilium.io/v2";
    private static final String CALICO = "/apis/crd.projectcalico.org/v1";
    private static final Map<String, String> LABELS = Map.of("app", "cart", "tier", "web");

    @RegisterExtension
    static final WireMockExtension API = WireMockExtension.newInstance()
            .options(wireMockConfig().dynamicPort())
            .build();

    private final KubernetesClient client = ApiServerStub.client(API);
    private final KubernetesApiClient cluster = new KubernetesApiClient(client);

    @BeforeEach
    void respondNotFoundByDefault() {
        ApiServerStub.respondNotFoundByDefault(API);
    }

    @AfterEach
    void close() {
        client.close();
    }

    private static void serve(String groupVersion, String... resources) {
        API.stubFor(get(groupVersion)
                .willReturn(okJson("{\"kind\":\"APIResourceList\",\"apiVersion\":\"v1\",\"resources\":["
                        + List.of(resources).stream()
                                .map(name -> "{\"name\":\"" + name + "\",\"kind\":\"X\",\"namespaced\":true}")
                                .collect(Collectors.joining(","))
                        + "]}")));
    }

    private static void list(String path, @Nullable String token, @Nullable String next, String... items) {
        API.stubFor(get(urlPathEqualTo(path))
                .withQueryParam("limit", equalTo("50"))
                .withQueryParam("continue", token == null ? absent() : equalTo(token))
                .willReturn(okJson("{\"kind\":\"List\",\"metadata\":{"
                        + (next == null ? "" : "\"continue\":\"" + next + "\"") + "},\"items\":["
                        + String.join(",", items) + "]}")));
    }

    private static String item(String name, String specification) {
        return "{\"metadata\":{\"name\":\"" + name + "\"},\"spec\":" + specification + "}";
    }

    private Match match() {
        List<PluginPolicy> policies = cluster.pluginPolicies("shop");
        assertEquals(1, policies.size(), policies.toString());
        return policies.getFirst().selector().matches(LABELS);
    }

    @Test
    void a_cluster_without_these_plugins_has_no_such_policies() {
        assertEquals(List.of(), cluster.pluginPolicies("shop"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'matchLabels':{'app':'cart'}} | YES",
                "{'matchLabels':{'k8s:app':'cart','any:tier':'web'}} | YES",
                "{'matchLabels':{'app':'pay'}} | NO",
                "{} | YES",
                "{'matchLabels':{'k8s:io.kubernetes.pod.namespace':'shop'}} | YES",
                "{'matchLabels':{'io.kubernetes.pod.namespace':'pay'}} | NO",
                "{'matchLabels':{'reserved:host':''}} | NO",
                "{'matchLabels':{'io.cilium.k8s.policy.serviceaccount':'cart'}} | UNKNOWN",
                "{'matchLabels':{'app':'pay','io.cilium.k8s.policy.serviceaccount':'cart'}} | NO",
                "{'matchLabels':{'container:x':'y'}} | UNKNOWN",
                "{'matchExpressions':[{'key':'app','operator':'In','values':['cart','pay']}]} | YES",
                "{'matchExpressions':[{'key':'app','operator':'NotIn','values':['cart']}]} | NO",
                "{'matchExpressions':[{'key':'k8s:app','operator':'Exists'}]} | YES",
                "{'matchExpressions':[{'key':'app','operator':'DoesNotExist'}]} | NO",
                "{'matchExpressions':[{'key':'app','operator':'Near'}]} | UNKNOWN"
            })
    void cilium_selectors_are_evaluated(String selector, Match expected) {
        serve(CILIUM, "ciliumnetworkpolicies");
        list(
                CILIUM + "/namespaces/shop/ciliumnetworkpolicies",
                null,
                null,
                item(
                        "p",
                        "{\"endpointSelector\":" + selector.replace('\'', '"')
                                + ",\"egress\":[{\"toCIDR\":[\"::/0\"]}]}"));
        assertEquals(expected, match());
    }

    @Test
    void only_rules_that_allow_traffic_count() {
        serve(CILIUM, "ciliumnetworkpolicies", "ciliumclusterwidenetworkpolicies");
        String all = "\"endpointSelector\":{}";
        list(
                CILIUM + "/namespaces/shop/ciliumnetworkpolicies",
                null,
                null,
                item("empty-rule", "{" + all + ",\"ingress\":[{}],\"egress\":[]}"),
                item("deny", "{" + all + ",\"egressDeny\":[{\"toCIDR\":[\"0.0.0.0/0\"]}]}"),
                item("no-spec", "null"));
        list(
                CILIUM + "/ciliumclusterwidenetworkpolicies",
                null,
                null,
                item("hosts", "{\"nodeSelector\":{},\"ingress\":[{\"fromEntities\":[\"all\"]}]}"),
                "{\"metadata\":{\"name\":\"several\"},\"specs\":[{" + all + ",\"ingress\":[{}]},{" + all
                        + ",\"ingress\":[{\"fromEntities\":[\"all\"]}]}]}");
        List<PluginPolicy> policies = cluster.pluginPolicies("shop");
        assertEquals(
                List.of("CiliumClusterwideNetworkPolicy several"),
                policies.stream()
                        .map(policy -> policy.kind() + " " + policy.name())
                        .toList());
        assertEquals(Match.YES, policies.getFirst().selector().matches(LABELS));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'selector':'app == \\'cart\\'' | YES",
                "'selector':'app != \\'cart\\'' | NO",
                "'selector':'' | YES",
                "'order':10 | YES",
                "'selector':'projectcalico.org/namespace == \\'shop\\'' | YES",
                "'selector':'projectcalico.org/namespace in {\\'pay\\'}' | NO",
                "'selector':'projectcalico.org/orchestrator == \\'k8s\\' && has(app)' | YES",
                "'selector':'has(pcns.team)' | UNKNOWN",
                "'selector':'app == \\'pay\\' && has(pcns.team)' | NO",
                "'selector':'projectcalico.org/serviceaccount == \\'cart\\'' | UNKNOWN",
                "'namespaceSelector':'kubernetes.io/metadata.name == \\'shop\\'' | YES",
                "'namespaceSelector':'projectcalico.org/name == \\'pay\\'' | NO",
                "'namespaceSelector':'team == \\'a\\'' | UNKNOWN",
                "'namespaceSelector':'global()' | NO",
                "'serviceAccountSelector':'role == \\'a\\'' | UNKNOWN",
                "'selector':'app ~~ x' | UNKNOWN"
            })
    void calico_selectors_are_evaluated(String members, Match expected) {
        serve(CALICO, "globalnetworkpolicies");
        list(
                CALICO + "/globalnetworkpolicies",
                null,
                null,
                item(
                        "p",
                        "{" + members.replace("\\'", "@").replace('\'', '"').replace('@', '\'')
                                + ",\"egress\":[{\"action\":\"Allow\"}]}"));
        assertEquals(expected, match());
    }

    @Test
    void calico_policies_that_allow_nothing_or_apply_to_hosts_do_not_count() {
        serve(CALICO, "networkpolicies", "globalnetworkpolicies");
        list(
                CALICO + "/namespaces/shop/networkpolicies",
                null,
                null,
                item("deny", "{\"ingress\":[{\"action\":\"Deny\"},{\"action\":\"Log\"},{\"action\":\"Pass\"}]}"),
                item("allow", "{\"ingress\":[{\"action\":\"Log\"},{\"action\":\"Allow\"}]}"));
        list(
                CALICO + "/globalnetworkpolicies",
                null,
                null,
                item("raw", "{\"doNotTrack\":true,\"ingress\":[{\"action\":\"Allow\"}]}"),
                item("nat", "{\"preDNAT\":true,\"ingress\":[{\"action\":\"Allow\"}]}"));
        assertEquals(
                List.of("Calico NetworkPolicy allow"),
                cluster.pluginPolicies("shop").stream()
                        .map(policy -> policy.kind() + " " + policy.name())
                        .toList());
    }

    @Test
    void all_pages_up_to_the_limit_are_read() {
        serve(CALICO, "networkpolicies");
        String path = CALICO + "/namespaces/shop/networkpolicies";
        String allow = "{\"selector\":\"none == 'x'\",\"ingress\":[{\"action\":\"Allow\"}]}";
        list(path, null, "t /1", item("a", allow));
        list(path, "t /1", null, item("b", allow));
        assertEquals(2, cluster.pluginPolicies("shop").size());
        IntStream.range(0, 10)
                .forEach(page -> list(path, page == 0 ? null : "t" + page, "t" + (page + 1), item("p" + page, allow)));
        List<PluginPolicy> policies = cluster.pluginPolicies("shop");
        assertEquals(7, policies.size());
        assertEquals(Match.UNKNOWN, policies.getLast().selector().matches(LABELS));
        assertTrue(policies.getLast().selector().unknownReason().contains("more than 6"));
    }

    @Test
    void policies_that_the_role_may_not_read_are_unknown() {
        serve(CILIUM, "ciliumnetworkpolicies");
        API.stubFor(get(urlPathEqualTo(CILIUM + "/namespaces/shop/ciliumnetworkpolicies"))
                .willReturn(aResponse().withStatus(403).withBody("{}")));
        assertEquals(Match.UNKNOWN, match());
    }

    @Test
    void an_unavailable_server_fails_the_read() {
        serve(CILIUM, "ciliumnetworkpolicies");
        API.stubFor(get(urlPathEqualTo(CILIUM + "/namespaces/shop/ciliumnetworkpolicies"))
                .willReturn(aResponse().withStatus(503).withBody("{}")));
        ActionException failure = assertThrows(ActionException.class, () -> cluster.pluginPolicies("shop"));
        assertEquals(ActionException.Kind.RETRYABLE, failure.kind());
    }
}
