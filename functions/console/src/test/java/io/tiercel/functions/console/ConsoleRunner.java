package io.tiercel.functions.console;

import io.tiercel.functions.operate.OperatorRole;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.handler.BodyHandler;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;

/** A console over a {@link FakeOperatorApi} on a free port, and a browser without scripts. */
final class ConsoleRunner implements AutoCloseable {
    static final String RESPONDER = "responder-token-0123456789";
    static final String VIEWER = "viewer-token-0123456789";

    final FakeOperatorApi api = new FakeOperatorApi();
    final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final Vertx vertx = Vertx.vertx();
    private final HttpServer server;
    private final HttpClient http = HttpClient.newHttpClient();

    ConsoleRunner(InstantSource clock) {
        Router router = Router.router(vertx);
        router.route().handler(BodyHandler.create(false));
        ChangeSource feed = listener -> {
            listeners.add(listener);
            return () -> listeners.remove(listener);
        };
        TokenLogin tokens = token -> switch (token) {
            case RESPONDER -> Optional.of(OperatorRole.RESPONDER);
            case VIEWER -> Optional.of(OperatorRole.VIEWER);
            default -> Optional.empty();
        };
        Console.create(
                        new ConsoleBackend(
                                api, Optional.of(tokens), Optional.of(feed), Duration.ofSeconds(30), "this machine"),
                        vertx,
                        clock)
                .mount(router, (route, handler) -> route.blockingHandler(handler, false));
        server = vertx.createHttpServer()
                .requestHandler(router)
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .join();
    }

    String origin() {
        return "http://127.0.0.1:" + server.actualPort();
    }

    HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(origin() + path)).timeout(Duration.ofSeconds(30));
    }

    HttpRequest.Builder form(String path, Map<String, String> fields) {
        String body = fields.entrySet().stream()
                .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        return request(path)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(body));
    }

    Browser login(String token) {
        HttpResponse<String> response = send(form("/console/login", Map.of("token", token, "name", "maria")));
        return new Browser(cookieOf(response));
    }

    static String cookieOf(HttpResponse<String> response) {
        String header = response.headers().firstValue("Set-Cookie").orElseThrow();
        return header.substring(0, header.indexOf(';'));
    }

    /** A client with a session. */
    final class Browser {
        final String cookie;

        Browser(String cookie) {
            this.cookie = cookie;
        }

        HttpResponse<String> get(String path) {
            return send(request(path).header("Cookie", cookie));
        }

        Document page(String path) {
            HttpResponse<String> response = get(path);
            if (response.statusCode() != 200) {
                throw new AssertionError(path + ": " + response.statusCode() + " " + response.body());
            }
            return Jsoup.parse(response.body());
        }

        String csrf() {
            return page("/console/fleet").select("meta[name=csrf]").attr("content");
        }

        HttpResponse<String> post(String path, Map<String, String> fields) {
            return send(form(path, fields).header("Cookie", cookie));
        }
    }

    @Override
    public void close() {
        http.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
