package io.tiercel.functions.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.json.Json;
import io.tiercel.functions.operate.OperatorAnswer;
import io.tiercel.functions.operate.OperatorRequest;
import io.tiercel.functions.retry.Backoff;
import io.tiercel.functions.retry.Pause;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.StringJoiner;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Calls operations over HTTP. It verifies certificates, follows no redirects, and limits the time and the size of each answer.
 * Operations that read are repeated twice if the server does not answer or is overloaded.
 */
public final class HttpOperatorClient implements OperatorClient {
    /** The largest answer, in bytes. */
    static final int MAX_ANSWER_BYTES = 16 * 1024 * 1024;

    private static final Duration CONNECT_TIME = Duration.ofSeconds(5);
    private static final int ATTEMPTS = 3;
    private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(2));
    private static final String PREFIX = "/api/v1";
    private static final String JSON = "application/json";

    private final HttpOptions options;
    private final Duration exchange;
    private final HttpClient http;

    /**
     * Creates a client. It connects with the first call.
     *
     * @throws IOException if a certificate file is unreadable or invalid; the message names it
     */
    public HttpOperatorClient(HttpOptions options) throws IOException {
        this(options, Duration.ofSeconds(30));
    }

    HttpOperatorClient(HttpOptions options, Duration exchange) throws IOException {
        this.options = options;
        this.exchange = exchange;
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT_TIME)
                .followRedirects(HttpClient.Redirect.NEVER)
                .sslContext(options.tls().context())
                .build();
    }

    @Override
    public OperatorAnswer call(OperatorRequest request) {
        OperatorRoute route = OperatorRoute.of(request.operation()).orElse(null);
        if (route == null) {
            return ClientProblem.INVALID_REQUEST.because("this version has no operation " + request.operation());
        }
        String id = request.arguments().path("id").asText();
        if (route.hasId() && (id.isEmpty() || id.equals(".") || id.equals(".."))) {
            return ClientProblem.INVALID_REQUEST.because("\"" + id + "\" is not an id");
        }
        HttpRequest prepared = prepare(route, id, request.arguments());
        for (int attempt = 1; ; attempt++) {
            OperatorAnswer answer = exchange(prepared);
            if (!route.reads() || attempt == ATTEMPTS || !isTransient(answer)) {
                return answer;
            }
            Pause.THREAD.pause(BACKOFF.delay(attempt));
            if (Thread.currentThread().isInterrupted()) {
                return answer;
            }
        }
    }

    private static boolean isTransient(OperatorAnswer answer) {
        return answer.status() == 503 || answer.status() == 429;
    }

    /**
     * Reads the stream of changes and blocks until it ends, fails or the thread is interrupted.
     *
     * @param change called with the name of each event and its data, on the calling thread
     * @return why the stream ended; an answer with a status of 400 or more
     */
    public OperatorAnswer changes(Consumer<ChangeStream.Change> change) {
        HttpRequest request = builder(PREFIX + "/changes")
                .header("Accept", "text/event-stream")
                .GET()
                .build();
        return ChangeStream.read(http, request, exchange, change, this::describe);
    }

    private HttpRequest prepare(OperatorRoute route, String id, ObjectNode arguments) {
        ObjectNode rest = arguments.deepCopy();
        String path = PREFIX + route.path();
        if (route.hasId()) {
            rest.remove("id");
            path = PREFIX + route.path(id);
        }
        if (route.reads()) {
            return builder(path + query(rest)).header("Accept", JSON).GET().build();
        }
        return builder(path)
                .header("Accept", JSON)
                .header("Content-Type", JSON)
                .method(route.method(), HttpRequest.BodyPublishers.ofString(Json.write(rest)))
                .build();
    }

    private static String query(ObjectNode arguments) {
        StringJoiner query = new StringJoiner("&", "?", "").setEmptyValue("");
        arguments.properties().forEach(argument -> {
            if (!argument.getValue().isNull()) {
                query.add(OperatorRoute.encoded(argument.getKey()) + "="
                        + OperatorRoute.encoded(argument.getValue().asText()));
            }
        });
        return query.toString();
    }

    private HttpRequest.Builder builder(String path) {
        URI server = options.server();
        HttpRequest.Builder builder =
                HttpRequest.newBuilder(URI.create(server.getScheme() + "://" + server.getRawAuthority() + path));
        if (!options.token().isEmpty()) {
            builder.header("Authorization", "Bearer " + options.token());
        }
        if (!options.operator().isEmpty()
                && options.operator().chars().allMatch(character -> character >= ' ' && character < 0x7f)) {
            builder.header("Tiercel-Operator", options.operator());
        }
        return builder;
    }

    private OperatorAnswer exchange(HttpRequest request) {
        CompletableFuture<HttpResponse<byte[]>> response =
                http.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), MAX_ANSWER_BYTES));
        try {
            HttpResponse<byte[]> received = response.get(exchange.toNanos(), TimeUnit.NANOSECONDS);
            return answer(received.statusCode(), received.body());
        } catch (TimeoutException e) {
            return ClientProblem.UNREACHABLE.because(
                    options.server() + " did not answer within " + exchange.toSeconds() + " s");
        } catch (ExecutionException e) {
            return describe(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return ClientProblem.UNREACHABLE.because("interrupted");
        } finally {
            response.cancel(true);
        }
    }

    private OperatorAnswer answer(int status, byte[] body) {
        JsonNode document = document(body);
        if (document != null && status >= 200 && status < 300) {
            return new OperatorAnswer(status, document);
        }
        if (document != null && status >= 400 && document.has("title")) {
            return new OperatorAnswer(status, document);
        }
        return ClientProblem.INVALID_ANSWER.because(options.server() + " answered with status " + status
                + " and without a document of this API; check the address and the version of the server");
    }

    private static @Nullable JsonNode document(byte[] body) {
        try {
            JsonNode document = Json.SINGLE_DOCUMENT.readTree(new String(body, StandardCharsets.UTF_8));
            return document != null && document.isObject() ? document : null;
        } catch (JsonProcessingException e) {
            return null;
        }
    }

    private OperatorAnswer describe(@Nullable Throwable failure) {
        String server = options.server().toString();
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < 10; depth++) {
            if (cause instanceof SSLException) {
                return ClientProblem.UNREACHABLE.because("TLS with " + server + " failed: " + cause.getMessage());
            }
            if (cause instanceof ConnectException) {
                return ClientProblem.UNREACHABLE.because("cannot connect to " + server + "; is the server running?");
            }
            String message = String.valueOf(cause.getMessage());
            if (cause instanceof IOException && message.contains("exceeds capacity")) {
                return ClientProblem.INVALID_ANSWER.because(
                        server + " sent an answer of more than " + MAX_ANSWER_BYTES + " bytes");
            }
            cause = cause.getCause();
        }
        return ClientProblem.UNREACHABLE.because("the connection to " + server + " ended without an answer");
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
