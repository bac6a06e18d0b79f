package io.tiercel.functions.aws.operate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.amazonaws.services.lambda.runtime.ClientContext;
import com.amazonaws.services.lambda.runtime.CognitoIdentity;
import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.LambdaLogger;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.tiercel.functions.incident.StoreUnavailable;
import io.tiercel.functions.json.Json;
import io.tiercel.functions.operate.OperatorAnswer;
import io.tiercel.functions.operate.OperatorApi;
import io.tiercel.functions.operate.OperatorRole;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

/** The function's events and answers, with an API that returns what it was called with. */
@Tag("unit")
class OperateFunctionTest {
    private static final String ARN = "arn:aws:sts::123456789012:assumed-role/responders/alice";
    private static final String PROOF = StsStub.presign(
            AwsCredentialsIdentity.create("ASIA0000000000000000", "secret"), "tiercel-operate", Instant.now());
    private static final OperatorApi ECHO =
            (request, caller) -> request.operation().equals("close-incident") && caller.role() == OperatorRole.VIEWER
                    ? new OperatorAnswer(403, JsonNodeFactory.instance.objectNode())
                    : new OperatorAnswer(
                            200,
                            JsonNodeFactory.instance
                                    .objectNode()
                                    .put("operation", request.operation())
                                    .put("by", caller.name())
                                    .set("arguments", request.arguments()));

    private static JsonNode invoke(OperatorApi api, OperatorRole role, byte[] event) throws Exception {
        CallerVerifier callers = new CallerVerifier((_, _) -> ARN, Instant::now, role);
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        new OperateFunction(api, callers).handleRequest(new ByteArrayInputStream(event), output, new FunctionContext());
        return Json.SINGLE_DOCUMENT.readTree(output.toByteArray());
    }

    private static JsonNode invoke(String event) throws Exception {
        return invoke(ECHO, OperatorRole.RESPONDER, event.getBytes(StandardCharsets.UTF_8));
    }

    private static String withProof(String operation) {
        return "{\"operation\":\"" + operation + "\",\"identity\":{\"url\":\"" + PROOF
                + "\",\"headers\":{\"x-tiercel-function\":\"tiercel-operate\"}}}";
    }

    @Test
    void an_operation_has_its_arguments_and_its_caller() throws Exception {
        JsonNode answer = invoke(withProof("close-incident").replace("}}}", "}},\"arguments\":{\"id\":\"0a\"}}"));
        assertEquals(200, answer.path("status").asInt(), answer.toString());
        assertEquals(ARN, answer.at("/body/by").asText());
        assertEquals("0a", answer.at("/body/arguments/id").asText());
    }

    @Test
    void a_caller_without_a_proof_reads_only() throws Exception {
        assertEquals(
                200, invoke("{\"operation\":\"list-incidents\"}").path("status").asInt());
        assertEquals(
                401, invoke("{\"operation\":\"close-incident\"}").path("status").asInt());
    }

    @Test
    void a_viewer_is_refused_by_its_role() throws Exception {
        for (String event : List.of("{\"operation\":\"close-incident\"}", withProof("close-incident"))) {
            JsonNode answer = invoke(ECHO, OperatorRole.VIEWER, event.getBytes(StandardCharsets.UTF_8));
            assertEquals(403, answer.path("status").asInt(), event);
        }
    }

    @Test
    void other_events_are_answered_without_a_parsers_message() throws Exception {
        for (String event : List.of(
                "",
                "{",
                "[]",
                "null",
                "{}",
                "{} {}",
                "{\"operation\":1}",
                "{\"operation\":\"x\",\"arguments\":[]}",
                "{\"operation\":\"x\",\"role\":\"responder\"}",
                "{\"Records\":[]}",
                "{\"operation\":\"" + "x".repeat(OperateEvent.MAX_BYTES) + "\"}")) {
            JsonNode answer = invoke(event);
            assertEquals(400, answer.path("status").asInt(), event);
            assertEquals("about:blank", answer.at("/body/type").asText());
            assertFalse(answer.toString().contains("com.fasterxml"), answer.toString());
            assertFalse(answer.toString().contains("line:"), answer.toString());
        }
    }

    @Test
    void failures_are_answers() throws Exception {
        OperatorApi unavailable = (_, _) -> {
            throw new StoreUnavailable("DynamoDB: secret detail", null);
        };
        JsonNode later =
                invoke(unavailable, OperatorRole.VIEWER, "{\"operation\":\"x\"}".getBytes(StandardCharsets.UTF_8));
        assertEquals(503, later.path("status").asInt());
        assertTrue(later.at("/body/retryAfterSeconds").asInt() > 0);
        OperatorApi broken = (_, _) -> {
            throw new IllegalStateException("secret detail");
        };
        JsonNode failed = invoke(broken, OperatorRole.VIEWER, "{\"operation\":\"x\"}".getBytes(StandardCharsets.UTF_8));
        assertEquals(500, failed.path("status").asInt());
        assertFalse((later + "" + failed).contains("secret detail"));
        OperatorApi large = (_, _) -> new OperatorAnswer(
                200, JsonNodeFactory.instance.objectNode().put("x", "x".repeat(OperateFunction.MAX_ANSWER_BYTES)));
        assertEquals(
                500,
                invoke(large, OperatorRole.VIEWER, "{\"operation\":\"x\"}".getBytes(StandardCharsets.UTF_8))
                        .path("status")
                        .asInt());
    }

    @Test
    void the_log_names_the_caller_and_never_contains_the_proof() throws Exception {
        StringBuilder log = new StringBuilder();
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord record) {
                log.append(record.getMessage()).append('\n');
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger logger = Logger.getLogger(OperateFunction.class.getName());
        logger.addHandler(handler);
        try {
            invoke(withProof("show-operator"));
            invoke(withProof("show-operator").replace("GetCallerIdentity", "AssumeRole"));
            invoke("{\"operation\":\"x\\ny\\u001b[2J" + "z".repeat(100) + "\"}");
        } finally {
            logger.removeHandler(handler);
        }
        assertTrue(log.toString().contains("show-operator by " + ARN + ": 200"), log.toString());
        assertFalse(log.toString().contains("Amz"), log.toString());
        assertFalse(log.toString().contains("\u001b"), log.toString());
        assertEquals(4, log.toString().lines().count(), log.toString());
    }

    /** The context of an invocation, with what the function uses. */
    private static final class FunctionContext implements Context {
        @Override
        public String getFunctionName() {
            return "tiercel-operate";
        }

        @Override
        public String getInvokedFunctionArn() {
            return "arn:aws:lambda:eu-west-1:123456789012:function:tiercel-operate:live";
        }

        @Override
        public String getAwsRequestId() {
            throw new UnsupportedOperationException();
        }

        @Override
        public String getLogGroupName() {
            throw new UnsupportedOperationException();
        }

        @Override
        public String getLogStreamName() {
            throw new UnsupportedOperationException();
        }

        @Override
        public String getFunctionVersion() {
            throw new UnsupportedOperationException();
        }

        @Override
        public CognitoIdentity getIdentity() {
            throw new UnsupportedOperationException();
        }

        @Override
        public ClientContext getClientContext() {
            throw new UnsupportedOperationException();
        }

        @Override
        public int getRemainingTimeInMillis() {
            throw new UnsupportedOperationException();
        }

        @Override
        public int getMemoryLimitInMB() {
            throw new UnsupportedOperationException();
        }

        @Override
        public LambdaLogger getLogger() {
            throw new UnsupportedOperationException();
        }
    }
}
