package io.tiercel.functions.client;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.tiercel.functions.operate.OperatorAnswer;

/** Failures that the client itself reports, as problem details of RFC 9457. */
public enum ClientProblem {
    /** No connection, or no answer in time. A change may have taken effect. */
    UNREACHABLE("tiercel:unreachable", 503, "Not reachable"),
    /** The answer is not one of the functions, or is too large. */
    INVALID_ANSWER("tiercel:invalid-answer", 502, "Invalid answer"),
    /** There are no credentials, or they have expired. */
    NO_CREDENTIALS("tiercel:no-credentials", 401, "No valid credentials"),
    /** The credentials do not permit the call. */
    NOT_PERMITTED("tiercel:not-permitted", 403, "Not permitted"),
    /** The client cannot send the request. */
    INVALID_REQUEST("tiercel:invalid-request", 400, "Invalid request"),
    /** Too many requests. */
    THROTTLED("tiercel:throttled", 429, "Too many requests");

    private final String type;
    private final int status;
    private final String title;

    ClientProblem(String type, int status, String title) {
        this.type = type;
        this.status = status;
        this.title = title;
    }

    /** Returns an answer with this problem. */
    OperatorAnswer because(String detail) {
        return new OperatorAnswer(
                status,
                JsonNodeFactory.instance
                        .objectNode()
                        .put("type", type)
                        .put("title", title)
                        .put("status", status)
                        .put("detail", detail));
    }

    /** Returns whether an answer reports this problem. */
    public boolean of(OperatorAnswer answer) {
        return answer.body().path("type").asText().equals(type);
    }
}
