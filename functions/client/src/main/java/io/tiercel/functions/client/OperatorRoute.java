package io.tiercel.functions.client;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/**
 * The HTTP request of an operation.
 *
 * @param method GET for operations that read, else POST or PUT
 * @param path path below {@code /api/v1}; {@code {id}} stands for the argument {@code id}
 */
record OperatorRoute(String method, String path) {
    static final String GET = "GET";
    private static final String ID = "{id}";

    private static final Map<String, OperatorRoute> ROUTES = Map.ofEntries(
            Map.entry("list-incidents", get("/incidents")),
            Map.entry("show-incident", get("/incidents/{id}")),
            Map.entry("acknowledge-incident", post("/incidents/{id}/acknowledge")),
            Map.entry("assign-incident", post("/incidents/{id}/assign")),
            Map.entry("comment-incident", post("/incidents/{id}/comment")),
            Map.entry("approve-response", post("/incidents/{id}/approve")),
            Map.entry("release-response", post("/incidents/{id}/release")),
            Map.entry("close-incident", post("/incidents/{id}/close")),
            Map.entry("list-silences", get("/silences")),
            Map.entry("create-silence", post("/silences")),
            Map.entry("end-silence", post("/silences/{id}/end")),
            Map.entry("list-held", get("/held")),
            Map.entry("show-kill-switch", get("/kill-switch")),
            Map.entry("set-kill-switch", new OperatorRoute("PUT", "/kill-switch")),
            Map.entry("statistics", get("/statistics")),
            Map.entry("list-nodes", get("/nodes")),
            Map.entry("list-rules", get("/rules")),
            Map.entry("list-audit", get("/audit")),
            Map.entry("show-operator", get("/operator")));

    private static OperatorRoute get(String path) {
        return new OperatorRoute(GET, path);
    }

    private static OperatorRoute post(String path) {
        return new OperatorRoute("POST", path);
    }

    /** Returns the route of an operation; empty if the operation is unknown. */
    static Optional<OperatorRoute> of(String operation) {
        return Optional.ofNullable(ROUTES.get(operation));
    }

    /** Returns whether the operation changes nothing, so that it may be repeated. */
    boolean reads() {
        return method.equals(GET);
    }

    /** Returns whether the path contains the argument {@code id}. */
    boolean hasId() {
        return path.contains(ID);
    }

    /** Returns the path for an id. The id is encoded, so that it stays one segment. */
    String path(String id) {
        return path.replace(ID, encoded(id));
    }

    /** Encodes a segment of a path or a part of a query. */
    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
