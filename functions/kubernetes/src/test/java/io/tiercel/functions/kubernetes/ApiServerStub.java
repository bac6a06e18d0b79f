package io.tiercel.functions.kubernetes;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.urlMatching;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;

/** Clients and default responses of a simulated API server. */
final class ApiServerStub {
    private ApiServerStub() {}

    /** Returns a client without retries. */
    static KubernetesClient client(WireMockExtension api) {
        return new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder()
                        .withAutoConfigure(false)
                        .withMasterUrl("http://127.0.0.1:" + api.getPort())
                        .withRequestRetryBackoffLimit(0)
                        .build())
                .build();
    }

    /** Lets the server answer each request for which there is no other stub with status 404, as a real one does. */
    static void respondNotFoundByDefault(WireMockExtension api) {
        api.stubFor(get(urlMatching(".*"))
                .atPriority(10)
                .willReturn(aResponse()
                        .withStatus(404)
                        .withHeader("Content-Type", "application/json")
                        .withBody("""
                        {"kind":"Status","apiVersion":"v1","status":"Failure","reason":"NotFound","code":404}""")));
    }
}
