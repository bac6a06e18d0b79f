package io.tiercel.functions.kubernetes;

import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.tiercel.functions.respond.kubernetes.KubernetesApi.Workload;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests which owners are proven, against a simulated API server: a real one removes false owners after some time. */
@Tag("unit")
class WorkloadsTest {
    private static final String POD = """
            {"kind":"Pod","apiVersion":"v1","metadata":{"name":"cart-5f-abc12","namespace":"shop","uid":"u1",
              "labels":{"app":"cart","pod-template-hash":"5f"},
              "ownerReferences":[{"kind":"ReplicaSet","name":"cart-5f","uid":"u2","apiVersion":"apps/v1","controller":true}]},
             "spec":{},"status":{}}""";
    private static final String SET = """
            {"kind":"ReplicaSet","apiVersion":"apps/v1","metadata":{"name":"cart-5f","namespace":"shop","uid":"u2",
              "labels":{"app":"cart","pod-template-hash":"5f"},
              "ownerReferences":[{"kind":"Deployment","name":"cart","uid":"u3","apiVersion":"apps/v1","controller":true}]},
             "spec":{"selector":{"matchLabels":{"app":"cart","pod-template-hash":"5f"}}}}""";
    private static final String DEPLOYMENT = """
            {"kind":"Deployment","apiVersion":"apps/v1","metadata":{"name":"cart","namespace":"shop","uid":"u3"},
             "spec":{"replicas":3,"selector":{"matchExpressions":[{"key":"app","operator":"In","values":["cart"]}]}}}""";
    private static final String STATEFUL_POD = """
            {"kind":"Pod","apiVersion":"v1","metadata":{"name":"db-0","namespace":"shop","uid":"u4","labels":{"app":"db"},
              "ownerReferences":[{"kind":"StatefulSet","name":"db","uid":"u5","apiVersion":"apps/v1","controller":true}]},
             "spec":{},"status":{}}""";
    private static final String STATEFUL_SET = """
            {"kind":"StatefulSet","apiVersion":"apps/v1","metadata":{"name":"db","namespace":"shop","uid":"u5"},
             "spec":{"selector":{"matchLabels":{"app":"db"}}}}""";

    @RegisterExtension
    static final WireMockExtension API = WireMockExtension.newInstance()
            .options(wireMockConfig().dynamicPort())
            .build();

    private final KubernetesClient client = ApiServerStub.client(API);
    private final KubernetesApiClient cluster = new KubernetesApiClient(client);

    @BeforeEach
    void serve() {
        ApiServerStub.respondNotFoundByDefault(API);
        serve("/api/v1/namespaces/shop/pods/cart", POD);
        serve("/apis/apps/v1/namespaces/shop/replicasets/cart-5f", SET);
        serve("/apis/apps/v1/namespaces/shop/deployments/cart", DEPLOYMENT);
        serve("/apis/apps/v1/namespaces/shop/statefulsets/db", STATEFUL_SET);
    }

    @AfterEach
    void close() {
        client.close();
    }

    private static void serve(String path, String json) {
        API.stubFor(get(path).willReturn(okJson(json)));
    }

    private Optional<Workload> workload() {
        return cluster.workloadOf(cluster.pod("shop", "cart").orElseThrow());
    }

    @Test
    void controllers_are_followed_to_the_workload() {
        assertEquals(Optional.of(new Workload("Deployment", "shop", "cart", "u3", 3)), workload());
        serve("/api/v1/namespaces/shop/pods/cart", STATEFUL_POD);
        assertEquals(Optional.of(new Workload("StatefulSet", "shop", "db", "u5", 1)), workload());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        "uid":"u2"                            | "uid":"u9"                       | another set of the same name
        "kind":"ReplicaSet","name":"cart-5f"  | "kind":"Deployment","name":"cart" | no controller makes pods of a Deployment
        "kind":"ReplicaSet"                   | "kind":"StatefulSet"             | another kind
        "controller":true                     | "controller":false               | an owner that controls nothing
        "app":"cart"                          | "app":"other"                    | a label that the selector does not match
        ,"pod-template-hash":"5f"             | ``                               | a pod without the label of its template
        cart-5f-abc12                         | cart                             | a name that no controller gives
        """)
    void an_owner_that_a_pod_only_claims_is_not_followed(String text, String replacement, String reason) {
        serve("/api/v1/namespaces/shop/pods/cart", POD.replace(text, replacement));
        assertEquals(Optional.empty(), workload(), reason);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        "uid":"u3"                 | "uid":"u9"                             | another Deployment of the same name
        "controller":true          | "controller":false                     | an owner that controls nothing
        "labels":{"app":"cart",    | "labels":{"app":"other",               | the Deployment does not select the set
        "labels":{"app":"cart","pod-template-hash":"5f"} | "labels":{"app":"cart"} | a name that no Deployment gives
        "spec":{"selector":{"matchLabels":{"app":"cart","pod-template-hash":"5f"}}} | "spec":{"selector":{}} | a set that selects nothing
        """)
    void an_owner_that_a_set_only_claims_is_not_followed(String text, String replacement, String reason) {
        serve("/apis/apps/v1/namespaces/shop/replicasets/cart-5f", SET.replace(text, replacement));
        assertEquals(Optional.empty(), workload(), reason);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        "uid":"u5"     | "uid":"u9"       | another set of the same name
        "app":"db"     | "app":"cart"     | a label that the selector does not match
        "name":"db-0"  | "name":"db-x"    | a name that no controller gives
        """)
    void a_stateful_set_that_a_pod_only_claims_is_not_followed(String text, String replacement, String reason) {
        serve("/api/v1/namespaces/shop/pods/cart", STATEFUL_POD.replace(text, replacement));
        assertEquals(Optional.empty(), workload(), reason);
    }
}
