package io.tiercel.functions.client;

import io.tiercel.functions.operate.Operations;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
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

    /** Returns the route of an operation; empty if the operation is unknown. */
    static Optional<OperatorRoute> of(String operation) {
        return Operations.find(operation).map(found -> new OperatorRoute(found.method(), found.path()));
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
