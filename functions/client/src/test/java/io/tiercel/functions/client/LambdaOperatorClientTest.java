package io.tiercel.functions.client;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.matching;
import static com.github.tomakehurst.wiremock.client.WireMock.matchingJsonPath;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.MappingBuilder;
import io.tiercel.functions.lookup.AwsConnection;
import io.tiercel.functions.operate.OperatorAnswer;
import io.tiercel.functions.operate.OperatorRequest;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.regions.Region;

@Tag("unit")
class LambdaOperatorClientTest {
    private static final String CHANGE = "/2015-03-31/functions/tiercel-operate/invocations?Qualifier=live";
    private static final String READ = "/2015-03-31/functions/tiercel-operate-read/invocations?Qualifier=live";
    private static final String PRESIGNED = String.join(
            "",
            "https://sts\\.eu-west-1\\.amazonaws\\.com/\\?(?=.*Action=GetCallerIdentity)",
            "(?=.*Version=2011-06-15)(?=.*X-Amz-Date=20260301T120000Z)(?=.*X-Amz-Expires=60)",
            "(?=.*X-Amz-Security-Token=session-token)(?=.*X-Amz-SignedHeaders=host%3Bx-tiercel-function)",
            "(?=.*X-Amz-Signature=[0-9a-f]{64}).*");

    private static final AwsCredentialsProvider SESSION = StaticCredentialsProvider.create(
            AwsSessionCredentials.create("AKIDEXAMPLE", "secret-key", "session-token"));

    private final WireMockServer aws = new WireMockServer(options().dynamicPort());

    @BeforeEach
    void start() {
        aws.start();
    }

    @AfterEach
    void stop() {
        aws.stop();
    }

    private LambdaOperatorClient client(AwsCredentialsProvider credentials) {
        AwsConnection.Timeouts timeouts = new AwsConnection.Timeouts(Duration.ofSeconds(10), Duration.ofSeconds(20));
        return new LambdaOperatorClient(
                new AwsConnection(
                        AwsConnection.httpClient(timeouts),
                        credentials,
                        Region.EU_WEST_1,
                        URI.create("http://127.0.0.1:" + aws.port()),
                        timeouts),
                LambdaOperatorClient.DEFAULT_FUNCTION,
                Clock.fixed(Instant.parse("2026-03-01T12:00:00Z"), ZoneOffset.UTC));
    }

    private OperatorAnswer call(String operation) {
        try (LambdaOperatorClient client = client(SESSION)) {
            return client.call(new OperatorRequest(
                    operation, JsonNodeFactory.instance.objectNode().put("id", "abcdef12")));
        }
    }

    /** Accepts exactly what the function accepts. */
    private static MappingBuilder strict(String path, String operation, String function) {
        return post(urlEqualTo(path))
                .withHeader(
                        "Authorization",
                        matching("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/[0-9]{8}/eu-west-1/lambda/.*"))
                .withHeader("X-Amz-Security-Token", equalTo("session-token"))
                .withRequestBody(matchingJsonPath("$.operation", equalTo(operation)))
                .withRequestBody(matchingJsonPath("$.arguments.id", equalTo("abcdef12")))
                .withRequestBody(matchingJsonPath("$.identity.headers.x-tiercel-function", equalTo(function)))
                .withRequestBody(matchingJsonPath("$.identity.url", matching(PRESIGNED)));
    }

    @Test
    void reads_invoke_the_function_that_cannot_write() {
        aws.stubFor(strict(READ, "show-incident", "tiercel-operate-read")
                .willReturn(okJson("{\"status\":200,\"body\":{\"id\":\"abcdef12\"}}")));
        OperatorAnswer answer = call("show-incident");
        assertEquals(200, answer.status(), () -> answer.body().toString());
        assertEquals("abcdef12", answer.body().path("id").asText());
    }

    @Test
    void changes_invoke_the_other_function_once() {
        aws.stubFor(strict(CHANGE, "close-incident", "tiercel-operate")
                .willReturn(okJson("{\"status\":409,\"body\":{\"type\":\"tiercel:stale\",\"title\":\"stale\"}}")));
        assertEquals(409, call("close-incident").status());
        aws.resetAll();
        aws.stubFor(post(urlEqualTo(CHANGE)).willReturn(aResponse().withStatus(500)));
        assertTrue(ClientProblem.UNREACHABLE.of(call("close-incident")));
        aws.verify(1, postRequestedFor(urlEqualTo(CHANGE)));
    }

    @Test
    void reads_are_repeated() {
        aws.stubFor(post(urlEqualTo(READ)).willReturn(aResponse().withStatus(500)));
        assertTrue(ClientProblem.UNREACHABLE.of(call("show-incident")));
        aws.verify(3, postRequestedFor(urlEqualTo(READ)));
    }

    @ParameterizedTest
    @CsvSource({
        "404, ResourceNotFoundException, UNREACHABLE",
        "403, AccessDeniedException, NOT_PERMITTED",
        "403, ExpiredTokenException, NO_CREDENTIALS",
        "403, UnrecognizedClientException, NO_CREDENTIALS",
        "429, TooManyRequestsException, THROTTLED"
    })
    void refusals_of_aws_are_named(int status, String code, ClientProblem problem) {
        aws.stubFor(post(urlEqualTo(CHANGE))
                .willReturn(aResponse()
                        .withStatus(status)
                        .withHeader("x-amzn-ErrorType", code)
                        .withBody("{\"message\":\"no\"}")));
        OperatorAnswer answer = call("close-incident");
        assertTrue(problem.of(answer), () -> answer.body().toString());
        assertFalse(answer.body().toString().contains("X-Amz-"));
    }

    @Test
    void a_failure_of_the_function_and_unknown_answers_are_named_without_their_text() {
        aws.stubFor(post(urlEqualTo(READ))
                .willReturn(okJson("{\"errorMessage\":\"internal\"}").withHeader("X-Amz-Function-Error", "Unhandled")));
        OperatorAnswer failed = call("show-incident");
        assertTrue(ClientProblem.INVALID_ANSWER.of(failed));
        assertFalse(failed.body().toString().contains("internal"));
        for (String answer : List.of("null", "[]", "{\"status\":20,\"body\":{}}", "{\"status\":200}", "no json")) {
            aws.resetAll();
            aws.stubFor(post(urlEqualTo(READ)).willReturn(aResponse().withBody(answer)));
            assertTrue(ClientProblem.INVALID_ANSWER.of(call("show-incident")), answer);
        }
    }

    @Test
    void missing_credentials_are_reported_as_such() {
        AwsCredentialsProvider none = () -> {
            throw SdkClientException.create("Unable to load credentials from any of the providers in the chain");
        };
        try (LambdaOperatorClient client = client(none)) {
            assertTrue(ClientProblem.NO_CREDENTIALS.of(
                    client.call(new OperatorRequest("statistics", JsonNodeFactory.instance.objectNode()))));
        }
    }

    @Test
    void names_that_are_not_a_function_are_rejected() {
        AwsConnection connection = new AwsConnection(
                AwsConnection.httpClient(AwsConnection.Timeouts.ACTIONS),
                AnonymousCredentialsProvider.create(),
                Region.EU_WEST_1,
                null,
                AwsConnection.Timeouts.ACTIONS);
        for (String name : List.of("", "a/b", "arn:aws:lambda:eu-west-1:1:function:a", "a".repeat(60))) {
            assertThrows(IllegalArgumentException.class, () -> new LambdaOperatorClient(connection, name));
        }
    }
}
