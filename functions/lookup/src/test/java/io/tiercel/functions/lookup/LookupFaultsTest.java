package io.tiercel.functions.lookup;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.containing;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.matching;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.MappingBuilder;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.stubbing.Scenario;
import io.tiercel.functions.enrich.InstanceFacts;
import io.tiercel.functions.lookup.AwsConnection.Timeouts;
import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.action.ActionException.Kind;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;

/** The lookups against a stub that answers signed requests only: retries, timeouts and the kinds of failures. */
@Tag("unit")
class LookupFaultsTest {
    private static final int ATTEMPTS = 3;
    private static final String INSTANCE =
            "<r><reservationSet><item><ownerId>123456789012</ownerId><instancesSet><item><instanceId>i-1</instanceId>"
                    + "<instanceType>m5.large</instanceType></item></instancesSet></item></reservationSet></r>";

    private final WireMockServer aws = new WireMockServer(
            WireMockConfiguration.options().bindAddress("127.0.0.1").dynamicPort());
    private final AwsConnection connection;
    private final Ec2InstanceSource ec2;

    LookupFaultsTest() {
        aws.start();
        connection = connection(Timeouts.ACTIONS);
        ec2 = new Ec2InstanceSource(connection);
    }

    private AwsConnection connection(Timeouts timeouts) {
        return new AwsConnection(
                AwsConnection.httpClient(timeouts),
                StaticCredentialsProvider.create(AwsBasicCredentials.create("AKIDEXAMPLE", "secret")),
                Region.EU_WEST_1,
                URI.create(aws.baseUrl()),
                timeouts);
    }

    @AfterEach
    void stop() {
        aws.stop();
    }

    private static MappingBuilder describeInstances() {
        return post(urlEqualTo("/"))
                .withHeader("Content-Type", matching("(?i)application/x-www-form-urlencoded; charset=utf-8"))
                .withHeader(
                        "Authorization",
                        matching("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/[0-9]{8}/eu-west-1/ec2/aws4_request, "
                                + "SignedHeaders=[a-z0-9;-]*host[a-z0-9;-]*, Signature=[0-9a-f]{64}"))
                .withRequestBody(equalTo("Action=DescribeInstances&Version=2016-11-15&InstanceId.1=i-1"));
    }

    private void answer(ResponseDefinitionBuilder response) {
        aws.stubFor(describeInstances().willReturn(response));
    }

    private static ResponseDefinitionBuilder error(int status, String code) {
        return aResponse()
                .withStatus(status)
                .withBody("<Response><Errors><Error><Code>" + code
                        + "</Code><Message>no</Message></Error></Errors></Response>");
    }

    private ActionException failure() {
        return assertThrows(ActionException.class, () -> ec2.instance("i-1"));
    }

    @Test
    void a_throttled_lookup_is_retried() {
        aws.stubFor(describeInstances()
                .inScenario("busy")
                .whenScenarioStateIs(Scenario.STARTED)
                .willSetStateTo("free")
                .willReturn(error(503, "RequestLimitExceeded")));
        aws.stubFor(describeInstances()
                .inScenario("busy")
                .whenScenarioStateIs("free")
                .willReturn(aResponse().withBody(INSTANCE)));
        InstanceFacts facts = ec2.instance("i-1");
        assertNotNull(facts);
        assertEquals("123456789012", facts.account());
        aws.verify(2, anyRequestedFor(anyUrl()));
    }

    @Test
    void a_lookup_that_stays_throttled_is_retryable() {
        answer(error(503, "RequestLimitExceeded"));
        ActionException failure = failure();
        assertEquals(Kind.RETRYABLE, failure.kind());
        assertEquals("DescribeInstances: RequestLimitExceeded: no", failure.getMessage());
        aws.verify(ATTEMPTS, anyRequestedFor(anyUrl()));
    }

    @Test
    void a_response_of_a_proxy_is_retryable() {
        answer(aResponse().withStatus(502).withBody("<html>no XML"));
        assertEquals("DescribeInstances: HTTP 502: ", failure().getMessage());
        assertEquals(Kind.RETRYABLE, failure().kind());
    }

    @Test
    void a_lost_connection_is_retryable() {
        answer(aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER));
        assertEquals(Kind.RETRYABLE, failure().kind());
        aws.verify(ATTEMPTS, anyRequestedFor(anyUrl()));
    }

    @Test
    void a_lookup_without_a_response_ends_in_time() {
        answer(aResponse().withFixedDelay(20_000).withBody(INSTANCE));
        Ec2InstanceSource impatient = new Ec2InstanceSource(connection(Timeouts.lookup(Duration.ofMillis(300))));
        Instant start = Instant.now();
        assertEquals(
                Kind.RETRYABLE,
                assertThrows(ActionException.class, () -> impatient.instance("i-1"))
                        .kind());
        Duration time = Duration.between(start, Instant.now());
        assertTrue(time.compareTo(Duration.ofSeconds(8)) < 0, time::toString);
    }

    @Test
    void a_denied_lookup_is_permanent_and_not_retried() {
        answer(error(403, "UnauthorizedOperation"));
        ActionException failure = failure();
        assertEquals(Kind.PERMANENT, failure.kind());
        assertEquals("DescribeInstances: UnauthorizedOperation: no", failure.getMessage());
        aws.verify(1, anyRequestedFor(anyUrl()));
    }

    @Test
    void an_instance_that_does_not_exist_is_absent() {
        answer(error(400, "InvalidInstanceID.NotFound"));
        assertNull(ec2.instance("i-1"));
        answer(error(400, "InvalidInstanceID.Malformed"));
        assertNull(ec2.instance("i-1"));
        answer(aResponse().withBody("<r><reservationSet/></r>"));
        assertNull(ec2.instance("i-1"));
        answer(aResponse().withBody(INSTANCE.replace("i-1", "i-2")));
        assertNull(ec2.instance("i-1"), "EC2 described another instance");
    }

    @Test
    void a_response_with_external_entities_is_rejected() {
        answer(aResponse().withBody("<!DOCTYPE r [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><r>&x;</r>"));
        assertTrue(failure().getMessage().contains("invalid XML"), failure()::getMessage);
    }

    @Test
    void a_response_that_is_too_large_is_rejected() {
        answer(aResponse().withBody("<r>" + " ".repeat(BoundedHttpClient.MAX_RESPONSE_BYTES) + "</r>"));
        assertTrue(failure().getMessage().contains("exceeds"), failure()::getMessage);
    }

    private void cluster(int status, String body) {
        aws.stubFor(get(urlEqualTo("/clusters/shop"))
                .withHeader("Authorization", containing("/eu-west-1/eks/aws4_request"))
                .willReturn(aResponse().withStatus(status).withBody(body)));
    }

    @Test
    void the_endpoint_of_a_cluster_is_described() {
        EksClusterAccess eks = new EksClusterAccess(connection);
        cluster(200, "{\"cluster\":{\"endpoint\":\"https://api.shop\",\"certificateAuthority\":{\"data\":\"QQ==\"}}}");
        assertEquals(new EksClusterAccess.ClusterEndpoint("https://api.shop", "QQ=="), eks.endpoint("shop"));
        cluster(200, "{\"cluster\":{\"status\":\"CREATING\"}}");
        assertEquals(
                Kind.RETRYABLE,
                assertThrows(ActionException.class, () -> eks.endpoint("shop")).kind());
    }

    @Test
    void a_token_is_a_presigned_call_that_names_the_cluster() {
        String token = new EksClusterAccess(connection).token("prod");
        assertTrue(token.startsWith("k8s-aws-v1."));
        String url = new String(
                Base64.getUrlDecoder().decode(token.substring("k8s-aws-v1.".length())), StandardCharsets.UTF_8);
        for (String expected : new String[] {
            "Action=GetCallerIdentity", "X-Amz-Expires=60", "x-k8s-aws-id", "X-Amz-Signature=", "/eu-west-1/sts/"
        }) {
            assertTrue(url.replace("%2F", "/").replace("%3B", ";").contains(expected), expected + " in " + url);
        }
        assertFalse(url.contains("secret"));
    }

    @Test
    void endpoints_depend_on_the_region() {
        AwsConnection china = new AwsConnection(
                connection.http(), connection.credentials(), Region.CN_NORTH_1, null, Timeouts.ACTIONS);
        assertEquals(URI.create("https://ec2.cn-north-1.amazonaws.com.cn"), china.endpoint("ec2"));
        assertEquals("aws-cn", china.partition());
    }
}
