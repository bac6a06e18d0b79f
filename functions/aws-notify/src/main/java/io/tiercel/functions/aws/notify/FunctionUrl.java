package io.tiercel.functions.aws.notify;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.tiercel.functions.notify.http.InboundRequest;
import io.tiercel.functions.notify.http.Response;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Converts the payloads of Lambda function URLs.
 *
 * @see <a href="https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html">Payloads of function URLs, version 2.0</a>
 */
public final class FunctionUrl {
    private FunctionUrl() {}

    /** Reads a request. An event of another kind becomes a request with an empty path. */
    static InboundRequest request(@Nullable JsonNode event) {
        JsonNode known = event == null ? JsonNodeFactory.instance.objectNode() : event;
        JsonNode http = known.path("requestContext").path("http");
        Map<String, String> headers = new HashMap<>();
        known.path("headers")
                .properties()
                .forEach(header -> headers.put(
                        header.getKey().toLowerCase(Locale.ROOT),
                        header.getValue().asText()));
        return new InboundRequest(
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

    /** Converts a response. */
    static Payload payload(Response response) {
        return new Payload(response.status(), Map.of("content-type", "text/plain; charset=utf-8"), response.text());
    }

    /**
     * The value that a function returns to its function URL.
     *
     * @param statusCode the HTTP status
     * @param headers the headers by name
     * @param body the text
     */
    public record Payload(int statusCode, Map<String, String> headers, String body) {}
}
