package io.tiercel.functions.aws.operate;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.incident.StoreUnavailable;
import io.tiercel.functions.intake.SafeText;
import io.tiercel.functions.json.Json;
import io.tiercel.functions.operate.Caller;
import io.tiercel.functions.operate.OperatorAnswer;
import io.tiercel.functions.operate.OperatorApi;
import io.tiercel.rules.text.TextLimit;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.jboss.logging.Logger;

/**
 * The function {@code operate}: performs one operation for the caller and returns {@code {"status":200,"body":{...}}}. An invocation
 * fails only if the function itself does; a rejected request has a status of 400 or more.
 *
 * <p>It reads and writes streams, so that events which are not valid get an answer of the API and not the message of a parser.
 */
@Named("operate")
public final class OperateFunction implements RequestStreamHandler {
    private static final Logger LOG = Logger.getLogger(OperateFunction.class);

    /** The maximum size of a response of Lambda is 6 MB. */
    static final int MAX_ANSWER_BYTES = 5_500_000;

    private static final int MAX_LOGGED_CHARACTERS = 40;
    private static final int RETRY_AFTER_SECONDS = 2;

    private final OperatorApi api;
    private final CallerVerifier callers;

    @Inject
    OperateFunction(OperatorApi api, CallerVerifier callers) {
        this.api = api;
        this.callers = callers;
    }

    @Override
    public void handleRequest(InputStream input, OutputStream output, Context context) throws IOException {
        output.write(answer(input.readNBytes(OperateEvent.MAX_BYTES + 1), context));
    }

    private byte[] answer(byte[] bytes, Context context) throws IOException {
        OperatorAnswer answer;
        String operation = "?";
        String by = "?";
        try {
            OperateEvent event = OperateEvent.parse(bytes);
            operation = SafeText.oneLine(TextLimit.cut(event.request().operation(), MAX_LOGGED_CHARACTERS));
            Caller caller =
                    callers.caller(event.identity(), context.getFunctionName(), context.getInvokedFunctionArn());
            by = caller.name();
            answer = call(event, caller);
        } catch (OperateEvent.Invalid e) {
            answer = problem(400, "Bad request", String.valueOf(e.getMessage()));
        } catch (IdentityRejected e) {
            LOG.warn("identity rejected: " + e.getMessage());
            answer = problem(401, "Unauthorized", String.valueOf(e.getMessage()));
        } catch (IdentityUnavailable e) {
            LOG.error("identity not verified: " + e.getMessage());
            answer = unavailable("The identity cannot be verified now: " + e.getMessage());
        }
        LOG.info("operate: " + operation + " by " + by + ": " + answer.status());
        byte[] written = bytes(answer);
        return written.length <= MAX_ANSWER_BYTES
                ? written
                : bytes(problem(
                        500, "Answer too large", "The answer exceeds the limit of Lambda; use a smaller limit."));
    }

    private OperatorAnswer call(OperateEvent event, Caller caller) {
        OperatorAnswer answer;
        try {
            answer = api.call(event.request(), caller);
        } catch (StoreUnavailable e) {
            LOG.error("operate failed: " + e.getMessage());
            return unavailable("A store is not available now; try again.");
        } catch (RuntimeException e) {
            LOG.error("operate failed", e);
            return problem(500, "Internal error", "The operation failed; the log of the function has the reason.");
        }
        return answer.status() == 403 && callers.lacksProof(caller)
                ? problem(401, "Unauthorized", "The operation changes something and requires the member identity.")
                : answer;
    }

    private static OperatorAnswer unavailable(String detail) {
        OperatorAnswer answer = problem(503, "Unavailable", detail);
        ((ObjectNode) answer.body()).put("retryAfterSeconds", RETRY_AFTER_SECONDS);
        return answer;
    }

    private static OperatorAnswer problem(int status, String title, String detail) {
        return new OperatorAnswer(
                status,
                Json.MAPPER
                        .createObjectNode()
                        .put("type", "about:blank")
                        .put("title", title)
                        .put("status", status)
                        .put("detail", detail));
    }

    private static byte[] bytes(OperatorAnswer answer) throws IOException {
        ObjectNode json = Json.MAPPER.createObjectNode().put("status", answer.status());
        json.set("body", answer.body());
        return Json.MAPPER.writeValueAsBytes(json);
    }
}
