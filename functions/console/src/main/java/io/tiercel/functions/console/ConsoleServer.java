package io.tiercel.functions.console;

import io.tiercel.functions.operate.Caller;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/** A console of its own on the loopback address of this machine, for functions that run elsewhere. */
public final class ConsoleServer implements AutoCloseable {
    private static final String HOST = "127.0.0.1";
    private static final Set<String> NAMES = Set.of("127.0.0.1", "localhost");
    private static final int IDLE_SECONDS = 120;
    private static final int WORKERS = 8;

    private final Vertx vertx;
    private final Console console;
    private final int port;

    private ConsoleServer(Vertx vertx, Console console, int port) {
        this.vertx = vertx;
        this.console = console;
        this.port = port;
    }

    /**
     * Starts a console.
     *
     * @param port the port; 0 for a free one
     * @throws IOException if the port is in use
     */
    public static ConsoleServer start(ConsoleBackend backend, int port, InstantSource clock) throws IOException {
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setWorkerPoolSize(WORKERS));
        Console console = Console.create(backend, vertx, clock);
        Router router = Router.router(vertx);
        router.route().handler(ConsoleServer::checkHost);
        router.post().handler(BodyHandler.create(false).setBodyLimit(Forms.MAX_BYTES));
        console.mount(router, (route, handler) -> route.blockingHandler(handler, false));
        HttpServerOptions options =
                new HttpServerOptions().setIdleTimeout(IDLE_SECONDS).setIdleTimeoutUnit(TimeUnit.SECONDS);
        try {
            HttpServer server = vertx.createHttpServer(options)
                    .requestHandler(router)
                    .listen(port, HOST)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .join();
            return new ConsoleServer(vertx, console, server.actualPort());
        } catch (CompletionException e) {
            vertx.close();
            throw new IOException(
                    "cannot listen on port " + port + " of " + HOST
                            + "; if another program uses it, choose another port with --port",
                    e);
        }
    }

    /** Refuses requests for other names, which lead here by DNS rebinding. */
    private static void checkHost(RoutingContext exchange) {
        HostAndPort authority = exchange.request().authority();
        if (authority == null || !NAMES.contains(authority.host())) {
            PageWriter.plain(exchange, 403, "This server accepts requests for localhost and 127.0.0.1 only.");
        } else {
            exchange.next();
        }
    }

    /** Returns the address that logs an operator in once, within a minute. */
    public String loginAddress(Caller caller) {
        return "http://" + HOST + ":" + port + Console.loginPath(console.issueCode(caller));
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
