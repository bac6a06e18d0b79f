package io.tiercel.functions.cloud;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.matching;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.MappingBuilder;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.client.WireMock;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import com.github.tomakehurst.wiremock.stubbing.Scenario;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A stub of services with the query protocol. It answers a signed POST request with the expected action and API version, and rejects
 * all others.
 */
final class AwsStub implements AutoCloseable {
    private final WireMockServer server = new WireMockServer(
            WireMockConfiguration.options().bindAddress("127.0.0.1").dynamicPort());

    AwsStub() {
        server.start();
    }

    String url() {
        return server.baseUrl();
    }

    WireMockServer server() {
        return server;
    }

    /** A service with its API version, which its documentation states. */
    enum Service {
        EC2("ec2", "2016-11-15", "eu-west-1"),
        AUTO_SCALING("autoscaling", "2011-01-01", "eu-west-1"),
        LOAD_BALANCING("elasticloadbalancing", "2015-12-01", "eu-west-1"),
        IAM("iam", "2010-05-08", "(eu-west-1|us-east-1)");

        private final String signingName;
        private final String version;
        private final String region;

        Service(String signingName, String version, String region) {
            this.signingName = signingName;
            this.version = version;
            this.region = region;
        }

        /** Returns the document that reports an error. */
        String error(String code, String message) {
            String error = "<Error><Code>" + code + "</Code><Message>" + message + "</Message></Error>";
            return this == EC2
                    ? "<Response><Errors>" + error + "</Errors><RequestID>1</RequestID></Response>"
                    : "<ErrorResponse>" + error + "<RequestId>1</RequestId></ErrorResponse>";
        }
    }

    private static MappingBuilder request(Service service, String action) {
        return post(urlEqualTo("/"))
                .withHeader("Content-Type", matching("application/x-www-form-urlencoded.*"))
                .withHeader(
                        "Authorization",
                        matching("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/[0-9]{8}/" + service.region + "/"
                                + service.signingName + "/aws4_request, SignedHeaders=[a-z0-9;-]*host[a-z0-9;-]*, "
                                + "Signature=[0-9a-f]{64}"))
                .withRequestBody(matching("(.*&)?Action=" + action + "&Version=" + service.version + "(&.*)?"));
    }

    void answer(Service service, String action, ResponseDefinitionBuilder response) {
        server.stubFor(request(service, action).willReturn(response));
    }

    void answer(Service service, String action, String body) {
        answer(service, action, aResponse().withBody(body));
    }

    void fail(Service service, String action, int status, String code) {
        answer(service, action, aResponse().withStatus(status).withBody(service.error(code, "no")));
    }

    /** Answers the first request with an error and all later ones with the body. */
    void failOnce(Service service, String action, int status, String code, String body) {
        server.stubFor(request(service, action)
                .inScenario(action)
                .whenScenarioStateIs(Scenario.STARTED)
                .willSetStateTo("free")
                .willReturn(aResponse().withStatus(status).withBody(service.error(code, "slow down"))));
        server.stubFor(request(service, action)
                .inScenario(action)
                .whenScenarioStateIs("free")
                .willReturn(aResponse().withBody(body)));
    }

    /** Answers a request that has a page token, or none if it is null. */
    void page(Service service, String action, String parameter, @Nullable String token, String body) {
        server.stubFor(request(service, action)
                .withRequestBody(
                        token == null
                                ? WireMock.notContaining("&" + parameter + "=")
                                : matching(".*&" + parameter + "=" + token + "(&.*)?"))
                .willReturn(aResponse().withBody(body)));
    }

    void verifyRequests(int count) {
        server.verify(count, anyRequestedFor(anyUrl()));
    }

    /** Returns the parameters of all requests except action and version, in order. */
    List<Map<String, String>> parameters() {
        return server.findAll(postRequestedFor(anyUrl())).stream()
                .map(request -> parameters(request.getBodyAsString()))
                .toList();
    }

    private static Map<String, String> parameters(String body) {
        return Arrays.stream(body.split("&", -1))
                .map(parameter -> parameter.split("=", 2))
                .filter(parameter -> !parameter[0].equals("Version"))
                .collect(Collectors.toMap(
                        parameter -> parameter[0],
                        parameter -> URLDecoder.decode(parameter[1], StandardCharsets.UTF_8),
                        (first, second) -> first + "," + second,
                        TreeMap::new));
    }

    @Override
    public void close() {
        server.stop();
    }
}
