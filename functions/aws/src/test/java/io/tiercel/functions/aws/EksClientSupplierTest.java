package io.tiercel.functions.aws;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import io.tiercel.functions.kubernetes.KubernetesApiClient;
import io.tiercel.functions.lookup.AwsConnection;
import io.tiercel.functions.lookup.EksClusterAccess;
import io.tiercel.functions.respond.action.ActionException;
import java.net.URI;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;

/** An unavailable cluster fails only the calls that need it. */
@Tag("unit")
class EksClientSupplierTest {
    private static final String DESCRIBE_CLUSTER_RESPONSE =
            "{\"cluster\":{\"endpoint\":\"https://127.0.0.1:1\",\"certificateAuthority\":{\"data\":\"\"}}}";

    @RegisterExtension
    static final WireMockExtension AWS = WireMockExtension.newInstance()
            .options(wireMockConfig().bindAddress("127.0.0.1").dynamicPort())
            .build();

    private final EksClientSupplier client = new EksClientSupplier(
            new EksClusterAccess(new AwsConnection(
                    AwsConnection.httpClient(AwsConnection.Timeouts.ACTIONS),
                    StaticCredentialsProvider.create(AwsBasicCredentials.create("key", "secret")),
                    Region.EU_WEST_1,
                    URI.create(AWS.baseUrl()),
                    AwsConnection.Timeouts.ACTIONS)),
            "shop");

    @Test
    void an_unknown_cluster_does_not_count_as_a_deleted_pod() {
        AWS.stubFor(any(anyUrl()).willReturn(aResponse().withStatus(404)));
        KubernetesApiClient cluster = new KubernetesApiClient(client);
        AWS.verify(0, getRequestedFor(anyUrl()));
        ActionException exception = assertThrows(ActionException.class, () -> cluster.pod("shop", "cart"));
        assertEquals(ActionException.Kind.PERMANENT, exception.kind());
        assertTrue(String.valueOf(exception.getMessage()).contains("DescribeCluster: HTTP 404"), exception::toString);
    }

    @Test
    void a_cluster_that_becomes_available_is_described_once() {
        AWS.stubFor(any(anyUrl()).willReturn(aResponse().withStatus(404)));
        assertThrows(ActionException.class, client::get);
        AWS.stubFor(any(anyUrl()).willReturn(aResponse().withBody(DESCRIBE_CLUSTER_RESPONSE)));
        assertSame(client.get(), client.get());
        AWS.verify(2, getRequestedFor(urlEqualTo("/clusters/shop")));
    }
}
