package io.tiercel.functions.aws.permissions;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A proxy in front of DynamoDB, which records the operations of one function. */
public final class TableCallRecorder implements AutoCloseable {
    private static final String TARGET = "X-Amz-Target";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final URI dynamoDb;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final List<TableCall> calls = Collections.synchronizedList(new ArrayList<>());

    /** @param dynamoDb address of DynamoDB */
    public TableCallRecorder(URI dynamoDb) throws IOException {
        this.dynamoDb = dynamoDb;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::forward);
        server.setExecutor(threads);
        server.start();
    }

    /** Returns the address of the proxy. */
    public URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** Returns the recorded operations, in order. */
    public List<TableCall> calls() {
        return List.copyOf(calls);
    }

    private void forward(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            String target = exchange.getRequestHeaders().getFirst(TARGET);
            calls.addAll(TableCall.of(target.substring(target.indexOf('.') + 1), JSON.readTree(body)));
            HttpRequest.Builder request = HttpRequest.newBuilder(dynamoDb)
                    .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                    .header(TARGET, target);
            for (String name : List.of("Content-Type", "Authorization", "X-Amz-Date")) {
                String value = exchange.getRequestHeaders().getFirst(name);
                if (value != null) {
                    request.header(name, value);
                }
            }
            HttpResponse<byte[]> response = client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            response.headers()
                    .firstValue("Content-Type")
                    .ifPresent(type -> exchange.getResponseHeaders().set("Content-Type", type));
            response.headers()
                    .firstValue("X-Amz-Crc32")
                    .ifPresent(checksum -> exchange.getResponseHeaders().set("X-Amz-Crc32", checksum));
            exchange.sendResponseHeaders(
                    response.statusCode(), response.body().length == 0 ? -1 : response.body().length);
            exchange.getResponseBody().write(response.body());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.close();
        client.close();
    }
}
