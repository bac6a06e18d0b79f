package io.tiercel.functions.local.http;

import io.tiercel.functions.console.Console;
import io.tiercel.functions.console.ConsoleBackend;
import io.tiercel.functions.operate.OperatorApi;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/** The pages of the console, at {@code /}. They use the same operations, tokens and limits as {@code /api/v1}. */
@Singleton
final class ConsoleRoutes {
    /** Changes reach open pages as events. This is for changes without one, such as rates of sensors. */
    private static final Duration POLL_INTERVAL = Duration.ofSeconds(30);

    private final Console console;

    @Inject
    ConsoleRoutes(OperatorApi api, OperatorTokens tokens, ChangesRoute changes, Vertx vertx) {
        this.console = Console.create(
                new ConsoleBackend(
                        api,
                        Optional.of(token -> tokens.role("Bearer " + token)),
                        Optional.of(changes::subscribe),
                        POLL_INTERVAL,
                        "this server"),
                vertx,
                InstantSource.system());
    }

    void register(@Observes Router router) {
        console.mount(router, Admission::blocking);
    }
}
