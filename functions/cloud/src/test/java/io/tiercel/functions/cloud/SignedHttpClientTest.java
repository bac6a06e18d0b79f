package io.tiercel.functions.cloud;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.containing;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.matching;
import static com.github.tomakehurst.wiremock.client.WireMock.putRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import com.github.tomakehurst.wiremock.stubbing.Scenario;
import io.tiercel.functions.respond.action.ActionContext;
import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.action.ActionKind;
import io.tiercel.functions.respond.action.ActionParameters;
import io.tiercel.functions.respond.action.AuditedCalls;
import io.tiercel.functions.respond.action.Deadline;
import io.tiercel.functions.respond.action.Target;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;

@Tag("unit")
class SignedHttpClientTest {
    private final WireMockServer aws = new WireMockServer(
            WireMockConfiguration.options().bindAddress("127.0.0.1").dynamicPort());
    private final SignedHttpClient http;

    SignedHttpClientTest() {
        aws.start();
        http = new SignedHttpClient(
                UrlConnectionHttpClient.create(),
                () -> AwsBasicCredentials.create("AKIDEXAMPLE", "secret"),
                Region.EU_WEST_1,
                URI.create(aws.baseUrl()));
    }

    @AfterEach
    void stop() {
        aws.stop();
    }

    private void stubResponse(int status, String body) {
        aws.stubFor(any(anyUrl()).willReturn(aResponse().withStatus(status).withBody(body)));
    }

    private static String error(String code) {
        return "<Response><Errors><Error><Code>" + code
                + "</Code><Message>denied</Message></Error></Errors></Response>";
    }

    private ActionException failure() {
        return assertThrows(ActionException.class, () -> new Ec2Client(http).attachedInterfaces("i-1"));
    }

    @Test
    void retryable_failures_are_retried() {
        aws.stubFor(any(anyUrl())
                .inScenario("busy")
                .whenScenarioStateIs(Scenario.STARTED)
                .willSetStateTo("free")
                .willReturn(aResponse().withStatus(503).withBody(error("RequestLimitExceeded"))));
        aws.stubFor(any(anyUrl())
                .inScenario("busy")
                .whenScenarioStateIs("free")
                .willReturn(aResponse().withBody("<r><networkInterfaceSet/></r>")));
        assertEquals(0, new Ec2Client(http).attachedInterfaces("i-1").size());
        aws.verify(
                2,
                anyRequestedFor(urlEqualTo("/"))
                        .withHeader("Authorization", containing("Credential=AKIDEXAMPLE/"))
                        .withRequestBody(containing("Action=DescribeNetworkInterfaces&")));
        stubResponse(503, "no XML");
        assertEquals(ActionException.Kind.RETRYABLE, failure().kind());
        aws.verify(2 + SignedHttpClient.MAX_ATTEMPTS, anyRequestedFor(anyUrl()));
    }

    @Test
    void rejected_calls_are_not_retried() {
        stubResponse(403, error("UnauthorizedOperation"));
        ActionException exception = failure();
        assertEquals(ActionException.Kind.PERMANENT, exception.kind());
        assertEquals("DescribeNetworkInterfaces: UnauthorizedOperation: denied", exception.getMessage());
        aws.verify(1, anyRequestedFor(anyUrl()));
        stubResponse(400, error("InvalidNetworkInterfaceID.NotFound"));
        assertEquals(Optional.empty(), new Ec2Client(http).networkInterface("eni-1"));
    }

    @Test
    void a_response_with_external_entities_is_rejected() {
        stubResponse(200, "<!DOCTYPE r [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><r>&x;</r>");
        assertTrue(failure().getMessage().contains("invalid XML"));
    }

    @Test
    void a_function_is_invoked_once_even_if_the_call_fails() {
        ActionContext context = new ActionContext(
                "4f2a",
                "4f2a-0",
                new Target(Target.Kind.RECEIVER, "function f"),
                ActionParameters.withDefaults(ActionKind.INVOKE_FUNCTION, Map.of("function", "f")),
                "{\"x\":1}",
                null,
                new AuditedCalls() {
                    @Override
                    public <T> T call(String description, Supplier<T> call) {
                        return call.get();
                    }
                },
                Deadline.after(Duration.ofMinutes(1), InstantSource.system()),
                false);
        stubResponse(500, "");
        assertThrows(ActionException.class, () -> new LambdaReceiver(http).call(context));
        aws.verify(
                1,
                anyRequestedFor(urlEqualTo("/2015-03-31/functions/f/invocations"))
                        .withHeader("X-Amz-Invocation-Type", matching("Event"))
                        .withRequestBody(matching("\\{\"step\":\"4f2a-0\",\"incident\":\\{\"x\":1}}")));
    }

    @Test
    void the_endpoint_of_a_cluster_is_read_with_a_get_request() {
        stubResponse(
                200, "{\"cluster\":{\"endpoint\":\"https://api.shop\",\"certificateAuthority\":{\"data\":\"QQ==\"}}}");
        assertEquals(new EksAccess.ClusterEndpoint("https://api.shop", "QQ=="), new EksAccess(http).endpoint("shop"));
        aws.verify(getRequestedFor(urlEqualTo("/clusters/shop"))
                .withHeader("Authorization", containing("/eks/aws4_request")));
    }

    @Test
    void evidence_is_sent_with_the_digest_of_its_body() {
        stubResponse(200, "");
        assertEquals("s3://bucket/p/a.json", new S3EvidenceStore(http, "bucket", "p/").put("a.json", "{}"));
        aws.verify(putRequestedFor(urlEqualTo("/bucket/p/a.json"))
                .withHeader(
                        "x-amz-content-sha256",
                        matching("44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a")));
    }

    @Test
    void a_token_is_a_presigned_call_that_names_the_cluster() {
        String token = new EksAccess(http).token("prod");
        assertTrue(token.startsWith("k8s-aws-v1."));
        String url = new String(
                Base64.getUrlDecoder().decode(token.substring("k8s-aws-v1.".length())), StandardCharsets.UTF_8);
        for (String expected : new String[] {
            "Action=GetCallerIdentity", "X-Amz-Expires=60", "x-k8s-aws-id", "X-Amz-Signature=", "/eu-west-1/sts/"
        }) {
            assertTrue(url.replace("%2F", "/").replace("%3B", ";").contains(expected), expected + " in " + url);
        }
    }
}
