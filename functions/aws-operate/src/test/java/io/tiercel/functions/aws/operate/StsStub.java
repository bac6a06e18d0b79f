package io.tiercel.functions.aws.operate;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4FamilyHttpSigner.AuthLocation;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

/** An STS that verifies signatures like AWS: it signs the request that it receives with the caller's key, and compares. */
public final class StsStub implements AutoCloseable {
    static final String HOST = "sts.eu-west-1.amazonaws.com";

    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'");

    private final HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, Principal> principals = new ConcurrentHashMap<>();
    private volatile Reply reply = this::verified;

    /** The owner of an access key. */
    record Principal(AwsCredentialsIdentity credentials, String arn) {}

    /** Answers a request. */
    interface Reply {
        Response to(HttpExchange exchange) throws IOException;
    }

    /** The response to a request. */
    record Response(int status, String body) {}

    public StsStub() throws IOException {
        server.createContext("/", this::handle);
        server.setExecutor(threads);
        server.start();
    }

    public URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** Creates credentials of a principal. */
    public AwsCredentialsIdentity credentials(String arn) {
        String number = "%016d".formatted(principals.size());
        AwsCredentialsIdentity credentials = AwsCredentialsIdentity.create("ASIA" + number, "secret" + number);
        principals.put(credentials.accessKeyId(), new Principal(credentials, arn));
        return credentials;
    }

    void reply(Reply other) {
        reply = other;
    }

    /** Signs a request as a client does. */
    public static String presign(AwsCredentialsIdentity credentials, String function, Instant now) {
        return presign(credentials, HOST, function, now).getUri().toString();
    }

    static SdkHttpRequest presign(AwsCredentialsIdentity credentials, String host, String function, Instant now) {
        SdkHttpRequest request = SdkHttpRequest.builder()
                .method(SdkHttpMethod.GET)
                .uri(URI.create("https://" + host + "/"))
                .appendRawQueryParameter("Action", "GetCallerIdentity")
                .appendRawQueryParameter("Version", "2011-06-15")
                .putHeader(PresignedIdentity.FUNCTION_HEADER, function)
                .build();
        return AwsV4HttpSigner.create()
                .sign(sign -> sign.identity(credentials)
                        .request(request)
                        .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "sts")
                        .putProperty(AwsV4HttpSigner.REGION_NAME, "eu-west-1")
                        .putProperty(AwsV4HttpSigner.AUTH_LOCATION, AuthLocation.QUERY_STRING)
                        .putProperty(AwsV4HttpSigner.EXPIRATION_DURATION, Duration.ofSeconds(60))
                        .putProperty(AwsV4HttpSigner.SIGNING_CLOCK, Clock.fixed(now, ZoneOffset.UTC)))
                .request();
    }

    private Response verified(HttpExchange exchange) {
        Map<String, List<String>> query = SdkHttpRequest.builder()
                .uri(exchange.getRequestURI())
                .protocol("https")
                .host(HOST)
                .method(SdkHttpMethod.GET)
                .build()
                .rawQueryParameters();
        String key =
                query.getOrDefault("X-Amz-Credential", List.of("")).getFirst().split("/", 2)[0];
        Principal principal = principals.get(key);
        String function = String.valueOf(exchange.getRequestHeaders().getFirst(PresignedIdentity.FUNCTION_HEADER));
        Instant signed = LocalDateTime.parse(
                        query.getOrDefault("X-Amz-Date", List.of("")).getFirst(), DATE)
                .toInstant(ZoneOffset.UTC);
        if (principal == null
                || !presign(principal.credentials(), HOST, function, signed)
                        .rawQueryParameters()
                        .equals(query)) {
            return new Response(
                    403, "<ErrorResponse><Error><Code>SignatureDoesNotMatch</Code></Error></ErrorResponse>");
        }
        return new Response(200, response(principal.arn()));
    }

    static String response(String arn) {
        return """
            <GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
              <GetCallerIdentityResult>
                <Arn>%s</Arn>
                <UserId>AROAEXAMPLE:session</UserId>
                <Account>123456789012</Account>
              </GetCallerIdentityResult>
              <ResponseMetadata><RequestId>01234567-89ab-cdef-0123-456789abcdef</RequestId></ResponseMetadata>
            </GetCallerIdentityResponse>
            """.formatted(arn);
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            Response response = reply.to(exchange);
            byte[] body = response.body().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(response.status(), body.length);
            exchange.getResponseBody().write(body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.close();
    }
}
