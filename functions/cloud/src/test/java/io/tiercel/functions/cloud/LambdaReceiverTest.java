package io.tiercel.functions.cloud;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.containing;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tiercel.functions.respond.action.ActionContext;
import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.action.ActionException.Kind;
import io.tiercel.functions.respond.action.ActionKind;
import io.tiercel.functions.respond.action.ActionParameters;
import io.tiercel.functions.respond.action.AuditedCalls;
import io.tiercel.functions.respond.action.Deadline;
import io.tiercel.functions.respond.action.Target;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class LambdaReceiverTest {
    private final AwsStub aws = new AwsStub();
    private final LambdaReceiver receiver = new LambdaReceiver(StubConnection.to(aws.url()));
    private final ActionContext context = new ActionContext(
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
            _ -> null,
            false);

    @AfterEach
    void stop() {
        aws.close();
    }

    private void answer(int status, String error) {
        aws.server()
                .stubFor(post(urlEqualTo("/2015-03-31/functions/f/invocations"))
                        .withHeader("X-Amz-Invocation-Type", equalTo("Event"))
                        .withHeader("Authorization", containing("/eu-west-1/lambda/aws4_request"))
                        .withRequestBody(equalTo("{\"step\":\"4f2a-0\",\"incident\":{\"x\":1}}"))
                        .willReturn(aResponse().withStatus(status).withHeader("x-amzn-ErrorType", error)));
    }

    private Kind failure() {
        return assertThrows(ActionException.class, () -> receiver.call(context)).kind();
    }

    @Test
    void a_function_receives_the_step_and_the_incident() {
        answer(202, "");
        assertEquals("Lambda responded with 202", receiver.call(context));
    }

    @Test
    void a_function_is_invoked_once_even_if_the_call_fails() {
        answer(500, "ServiceException");
        assertEquals(Kind.RETRYABLE, failure());
        aws.server().verify(1, anyRequestedFor(anyUrl()));
        answer(429, "TooManyRequestsException");
        assertEquals(Kind.RETRYABLE, failure());
        aws.server().verify(2, anyRequestedFor(anyUrl()));
    }

    @Test
    void a_missing_function_is_not_a_missing_target() {
        answer(404, "ResourceNotFoundException");
        assertEquals(Kind.PERMANENT, failure());
    }
}
