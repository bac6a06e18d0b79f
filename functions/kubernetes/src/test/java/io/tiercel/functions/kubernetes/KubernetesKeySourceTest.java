package io.tiercel.functions.kubernetes;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import io.fabric8.kubernetes.client.KubernetesClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Tests the API server's keys against a simulated API server. */
@Tag("unit")
class KubernetesKeySourceTest {
    @RegisterExtension
    static final WireMockExtension API = WireMockExtension.newInstance()
            .options(wireMockConfig().dynamicPort())
            .build();

    private final KubernetesClient client = ApiServerStub.client(API);
    private final KubernetesKeySource source = new KubernetesKeySource(() -> client);

    @AfterEach
    void close() {
        client.close();
    }

    @Test
    void returns_the_documents_of_the_api_server() {
        API.stubFor(get("/.well-known/openid-configuration").willReturn(okJson("{\"issuer\":\"https://a.example\"}")));
        API.stubFor(get("/openid/v1/jwks")
                .willReturn(aResponse()
                        .withHeader("Content-Type", "application/jwk-set+json")
                        .withBody("{\"keys\":[]}")));
        assertEquals("{\"issuer\":\"https://a.example\"}", source.discoveryDocument());
        assertEquals("{\"keys\":[]}", source.keySet());
    }

    @Test
    void names_a_document_that_is_not_served() {
        API.stubFor(get("/openid/v1/jwks").willReturn(aResponse().withStatus(404)));
        String message = String.valueOf(
                assertThrows(RuntimeException.class, source::keySet).getMessage());
        assertTrue(message.contains("/openid/v1/jwks"), message);
    }

    @Test
    void fails_if_the_account_has_no_permission() {
        API.stubFor(get("/openid/v1/jwks").willReturn(aResponse().withStatus(403)));
        assertThrows(RuntimeException.class, source::keySet);
    }
}
