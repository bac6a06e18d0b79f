package io.tiercel.functions.console;

import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;

/** The style sheet, the scripts and the icon. They contain nothing about incidents, and need no session. */
final class AssetRoutes {
    private static final String PATH = Console.PATH + "/assets/";
    private static final Map<String, String> TYPES = Map.of(
            "console.css", "text/css; charset=utf-8",
            "console.js", "text/javascript; charset=utf-8",
            "htmx.min.js", "text/javascript; charset=utf-8",
            "icon.svg", "image/svg+xml");

    void mount(Router router) {
        TYPES.forEach((name, type) -> {
            Buffer content = read(name);
            router.get(PATH + name).handler(exchange -> {
                exchange.response().putHeader("Cache-Control", "no-cache, max-age=0");
                exchange.response().putHeader("Content-Type", type).end(content);
            });
        });
    }

    private static Buffer read(String name) {
        try (InputStream file = AssetRoutes.class.getResourceAsStream("assets/" + name)) {
            if (file == null) {
                throw new IllegalStateException("the build lacks " + name);
            }
            return Buffer.buffer(file.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
