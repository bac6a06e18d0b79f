package io.tiercel.functions.operate;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.Serial;
import java.util.List;
import java.util.Map;

/**
 * The failure of a request, and its problem details as of RFC 9457. The detail is a text for people and contains nothing of a parser or
 * a stack trace.
 */
public final class Problem extends RuntimeException {
    /** The media type of problem details. */
    public static final String MEDIA_TYPE = "application/problem+json";

    /** The type of a problem that its status describes completely. */
    public static final String BLANK = "about:blank";

    /** The seconds after which a client repeats a request that could not be served now. */
    public static final int RETRY_SECONDS = 2;

    static final String STALE = "tiercel:stale";
    static final String UNKNOWN_INCIDENT = "tiercel:unknown-incident";
    static final String AMBIGUOUS_ID = "tiercel:ambiguous-id";
    static final String NOT_POSSIBLE = "tiercel:not-possible";
    static final String UNKNOWN_SILENCE = "tiercel:unknown-silence";

    private static final Map<Integer, String> TITLES = Map.ofEntries(
            Map.entry(400, "Bad Request"),
            Map.entry(401, "Unauthorized"),
            Map.entry(403, "Forbidden"),
            Map.entry(404, "Not Found"),
            Map.entry(405, "Method Not Allowed"),
            Map.entry(406, "Not Acceptable"),
            Map.entry(408, "Request Timeout"),
            Map.entry(409, "Conflict"),
            Map.entry(413, "Content Too Large"),
            Map.entry(414, "URI Too Long"),
            Map.entry(415, "Unsupported Media Type"),
            Map.entry(429, "Too Many Requests"),
            Map.entry(431, "Request Header Fields Too Large"),
            Map.entry(500, "Internal Server Error"),
            Map.entry(503, "Service Unavailable"));

    @Serial
    private static final long serialVersionUID = 1L;

    private final int status;
    private final transient ObjectNode body;

    private Problem(int status, ObjectNode body) {
        super(body.path("detail").asText(), null, false, false);
        this.status = status;
        this.body = body;
    }

    /**
     * One argument that is not valid.
     *
     * @param parameter name of the parameter
     * @param detail the error, and the allowed values
     */
    public record ArgumentError(String parameter, String detail) {}

    /** Returns a problem of a type. */
    static Problem of(int status, String type, String detail) {
        return new Problem(status, details(status, type, detail));
    }

    /** Returns a problem that its status describes. */
    public static Problem of(int status, String detail) {
        return of(status, BLANK, detail);
    }

    /** Returns the problem of arguments that are not valid. */
    static Problem arguments(List<ArgumentError> errors) {
        ObjectNode body = details(400, BLANK, errors.getFirst().detail());
        ArrayNode list = body.putArray("errors");
        errors.forEach(
                error -> list.addObject().put("parameter", error.parameter()).put("detail", error.detail()));
        return new Problem(400, body);
    }

    /** Returns the problem of a request that can be repeated later. */
    public static Problem later(int status, String detail) {
        ObjectNode body = details(status, BLANK, detail).put("retryAfterSeconds", RETRY_SECONDS);
        return new Problem(status, body);
    }

    /** Returns this problem with another member. */
    Problem with(String member, ObjectNode value) {
        return new Problem(status, body.deepCopy().set(member, value));
    }

    /** Returns this problem with a list of texts. */
    Problem with(String member, List<String> values) {
        ObjectNode copy = body.deepCopy();
        values.forEach(copy.putArray(member)::add);
        return new Problem(status, copy);
    }

    /** Returns the members that every problem has. */
    public static ObjectNode details(int status, String type, String detail) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("type", type)
                .put("title", TITLES.getOrDefault(status, "Error"))
                .put("status", status)
                .put("detail", detail);
    }

    /** Returns the answer with this problem. */
    public OperatorAnswer answer() {
        return new OperatorAnswer(status, body);
    }
}
