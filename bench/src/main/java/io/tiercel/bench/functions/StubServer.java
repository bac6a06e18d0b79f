package io.tiercel.bench.functions;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.util.function.BiConsumer;

/** An HTTP server on this machine. One event loop runs all requests. */
final class StubServer implements AutoCloseable {
    private final Vertx vertx = Vertx.vertx();
    private final int port;

    /**
     * Starts the server.
     *
     * @param latencyMillis the time between a request and its answer, at least 1
     * @param handler answers a request with a body
     */
    StubServer(int latencyMillis, BiConsumer<HttpServerRequest, Buffer> handler) {
        Future<HttpServer> server = vertx.createHttpServer()
                .requestHandler(request -> request.body()
                        .onSuccess(body -> vertx.setTimer(latencyMillis, _ -> handler.accept(request, body))))
                .listen(0, "127.0.0.1");
        this.port = join(server).actualPort();
    }

    private static <T> T join(Future<T> future) {
        return future.toCompletionStage().toCompletableFuture().join();
    }

    int port() {
        return port;
    }

    @Override
    public void close() {
        join(vertx.close());
    }
}
