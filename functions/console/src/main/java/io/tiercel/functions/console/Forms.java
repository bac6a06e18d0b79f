package io.tiercel.functions.console;

import io.netty.handler.codec.http.QueryStringDecoder;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** The parameters of requests. */
final class Forms {
    /** The maximum size of a form, bytes. */
    static final int MAX_BYTES = 32_768;

    private static final int MAX_PARAMETERS = 50;
    private static final String KEY = Forms.class.getName();

    private Forms() {}

    /** Returns a parameter of the form of a POST, or of the query of a GET, without surrounding space; empty if it is absent. */
    static String value(RoutingContext exchange, String name) {
        List<String> values = all(exchange).get(name);
        return values == null || values.isEmpty() ? "" : values.getFirst().strip();
    }

    private static Map<String, List<String>> all(RoutingContext exchange) {
        Map<String, List<String>> parameters = exchange.get(KEY);
        if (parameters == null) {
            parameters = decode(exchange);
            exchange.put(KEY, parameters);
        }
        return parameters;
    }

    private static Map<String, List<String>> decode(RoutingContext exchange) {
        String text = exchange.request().query();
        if (exchange.request().method().name().equals("POST")) {
            Buffer body = exchange.body().buffer();
            text = body == null || body.length() > MAX_BYTES ? "" : body.toString(StandardCharsets.UTF_8);
        }
        try {
            return new QueryStringDecoder(text == null ? "" : text, StandardCharsets.UTF_8, false, MAX_PARAMETERS)
                    .parameters();
        } catch (IllegalArgumentException _) {
            // A percent sign without two digits: such a form comes from no browser.
            return Map.of();
        }
    }
}
