package io.tiercel.functions.local.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;

/** {@code GET /openapi}: the OpenAPI document. A test compares it with the routes. */
@Singleton
final class OpenApiRoute {
    void register(@Observes Router router) {
        Buffer document = Buffer.buffer(document());
        router.get("/openapi")
                .handler(exchange -> exchange.response()
                        .putHeader("Content-Type", "application/yaml")
                        .putHeader("X-Content-Type-Options", "nosniff")
                        .end(document));
    }

    private static byte[] document() {
        try (InputStream file = Objects.requireNonNull(OpenApiRoute.class.getResourceAsStream("openapi.yaml"))) {
            return file.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
