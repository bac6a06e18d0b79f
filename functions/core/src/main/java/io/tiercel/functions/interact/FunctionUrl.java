package io.tiercel.functions.interact;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A call as the URL of a Lambda function passes it on, and its answer.
 *
 * @see <a href="https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html">Payloads of function URLs, version 2.0</a>
 */
public final class FunctionUrl {
    private FunctionUrl() {}

    /** Reads a call; one that is none has no path. */
    public static Call call(@Nullable JsonNode event) {
        JsonNode known = event == null ? JsonNodeFactory.instance.objectNode() : event;
        JsonNode http = known.path("requestContext").path("http");
        Map<String, String> headers = new HashMap<>();
        known.path("headers")
                .properties()
                .forEach(header -> headers.put(
                        header.getKey().toLowerCase(Locale.ROOT),
                        header.getValue().asText()));
        return new Call(
                http.path("method").asText().toUpperCase(Locale.ROOT),
                known.path("rawPath").asText(http.path("path").asText()),
                headers,
                body(known));
    }

    private static byte[] body(JsonNode event) {
        String text = event.path("body").asText();
        if (!event.path("isBase64Encoded").asBoolean()) {
            return text.getBytes(StandardCharsets.UTF_8);
        }
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            return new byte[0];
        }
    }

    /** The answer as the function returns it. */
    public static Response response(Answer answer) {
        return new Response(answer.status(), Map.of("content-type", "text/plain; charset=utf-8"), answer.text());
    }

    /**
     * What a function whose URL was called returns.
     *
     * @param statusCode of HTTP
     * @param headers by name
     * @param body text
     */
    public record Response(int statusCode, Map<String, String> headers, String body) {}
}
