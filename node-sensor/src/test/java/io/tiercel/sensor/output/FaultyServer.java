package io.tiercel.sensor.output;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.tiercel.rules.alert.Alert;
import io.tiercel.rules.alert.AlertJson;
import io.tiercel.rules.alert.InvalidAlertException;
import io.tiercel.sensor.metrics.LoopbackHttpServer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.function.ToIntFunction;

/** A server on this machine whose responses a test chooses. It stores the alerts that it confirms with 202. */
final class FaultyServer implements AutoCloseable {
    private final HttpServer server;
    private final List<String> stored = Collections.synchronizedList(new ArrayList<>());
    private final List<Integer> batches = Collections.synchronizedList(new ArrayList<>());

    /**
     * Responds with the status that the function returns for a batch of ids. A negative status breaks the connection.
     */
    FaultyServer(int port, ToIntFunction<List<String>> status) throws IOException {
        server = LoopbackHttpServer.create(port);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/alerts", exchange -> respond(exchange, status));
        server.start();
    }

    private void respond(HttpExchange exchange, ToIntFunction<List<String>> status) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            List<String> ids = AlertJson.readBatch(body, HttpBatchTarget.MAX_ALERTS).stream()
                    .map(Alert::id)
                    .map(String::valueOf)
                    .toList();
            batches.add(body.length);
            int code = status.applyAsInt(ids);
            if (code == 202) {
                stored.addAll(ids);
            }
            if (code > 0) {
                exchange.sendResponseHeaders(code, -1);
            }
        } catch (InvalidAlertException e) {
            exchange.sendResponseHeaders(400, -1);
        }
    }

    int port() {
        return server.getAddress().getPort();
    }

    ServerUrl url() {
        return ServerUrl.parse("http://127.0.0.1:" + port());
    }

    List<String> stored() {
        synchronized (stored) {
            return List.copyOf(stored);
        }
    }

    /** Returns the sizes of the received batches in bytes. */
    List<Integer> batches() {
        synchronized (batches) {
            return List.copyOf(batches);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
