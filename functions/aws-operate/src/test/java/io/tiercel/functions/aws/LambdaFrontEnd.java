package io.tiercel.functions.aws;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The API of AWS Lambda for invocations: it knows functions by name, serves only the alias {@code live}, and checks which access key
 * may invoke which function, as IAM does. It does not verify signatures.
 */
final class LambdaFrontEnd implements AutoCloseable {
    private static final Pattern PATH = Pattern.compile("/2015-03-31/functions/([^/]+)/invocations");
    private static final Pattern KEY = Pattern.compile("Credential=([A-Z0-9]+)/[0-9]{8}/eu-west-1/lambda/aws4_request");

    private final HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, Lambda> functions;
    private final Map<String, Set<String>> permitted = new ConcurrentHashMap<>();

    LambdaFrontEnd(Map<String, Lambda> functions) throws IOException {
        this.functions = functions;
        server.createContext("/", this::handle);
        server.setExecutor(threads);
        server.start();
    }

    /** Permits an access key to invoke functions. */
    void permit(String key, String... names) {
        permitted.put(key, Set.of(names));
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    private void handle(HttpExchange exchange) throws IOException {
        String event = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        Matcher path = PATH.matcher(exchange.getRequestURI().getPath());
        Matcher key = KEY.matcher(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
        String name = path.matches() ? path.group(1) : "";
        Lambda function = functions.get(name);
        Set<String> names = key.find() ? permitted.get(key.group(1)) : null;
        if (names == null) {
            fail(exchange, 403, "UnrecognizedClientException");
        } else if (!names.contains(name)) {
            fail(exchange, 403, "AccessDeniedException");
        } else if (function == null
                || !"Qualifier=live".equals(exchange.getRequestURI().getQuery())) {
            fail(exchange, 404, "ResourceNotFoundException");
        } else {
            try {
                send(exchange, 200, function.invoke(event));
            } catch (Exception e) {
                exchange.getResponseHeaders().set("X-Amz-Function-Error", "Unhandled");
                send(exchange, 200, "{}");
            }
        }
    }

    private static void fail(HttpExchange exchange, int status, String code) throws IOException {
        exchange.getResponseHeaders().set("x-amzn-ErrorType", code);
        send(exchange, status, "{\"Message\":\"" + code + "\"}");
    }

    private static void send(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.close();
    }
}
