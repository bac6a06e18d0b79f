package io.tiercel.sensor.output;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import io.tiercel.http.TlsFiles;
import io.tiercel.sensor.identity.CredentialSource;
import io.tiercel.sensor.identity.DeliveryCredentials;
import io.tiercel.sensor.metrics.LoopbackHttpServer;
import io.tiercel.sensor.output.BatchTarget.BatchResult;
import io.tiercel.sensor.output.BatchTarget.DeliveryStatus;
import io.tiercel.sensor.spool.Spool;
import io.tiercel.sensor.spool.SpoolException;
import io.tiercel.sensor.spool.SpoolOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The sensor's credentials as headers of a batch. */
@Tag("unit")
class HttpIdentityTest {
    private static final DeliveryCredentials BOTH = new DeliveryCredentials("t0ken", "d0cument+/=");

    @TempDir
    Path folder;

    private final List<String> received = new CopyOnWriteArrayList<>();
    private HttpServer server;
    private int status = 202;

    @BeforeEach
    void start() throws IOException {
        server = LoopbackHttpServer.create(0);
        server.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            UnaryOperator<@Nullable String> header =
                    name -> String.valueOf(exchange.getRequestHeaders().get(name));
            received.add(exchange.getRequestURI() + " " + header.apply("Authorization") + " "
                    + header.apply("X-Tiercel-Instance-Identity"));
            exchange.getResponseHeaders().set("Location", "/elsewhere");
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private BatchResult send(Map<String, String> headers, CredentialSource credentials)
            throws SpoolException, InterruptedException {
        ServerUrl url =
                ServerUrl.parse("http://127.0.0.1:" + server.getAddress().getPort());
        try (Spool spool = Spool.open(folder, SpoolOptions.defaults());
                HttpBatchTarget target = new HttpBatchTarget(url, headers, TlsFiles.none(), credentials)) {
            spool.append(ShipperTest.alert("n/b/0", "m"));
            spool.append(ShipperTest.alert("n/b/1", "m"));
            return target.send(spool.peek(2, 10_000));
        }
    }

    @Test
    void credentialsAreHeadersOfTheBatch() throws Exception {
        send(Map.of(), () -> BOTH);
        assertEquals(List.of("/alerts [Bearer t0ken] [d0cument+/=]"), received);
    }

    @Test
    void withoutCredentialsThereAreNoHeaders() throws Exception {
        send(Map.of(), CredentialSource.NONE);
        assertEquals(List.of("/alerts null null"), received);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Authorization", "authorization"})
    void aFixedAuthorizationReplacesTheToken(String name) throws Exception {
        send(Map.of(name, "Basic dXNlcg=="), () -> BOTH);
        assertEquals(List.of("/alerts [Basic dXNlcg==] [d0cument+/=]"), received);
    }

    /** A rejected batch is sent again one alert at a time, with the same credentials. */
    @Test
    void credentialsAreTakenOncePerBatch() throws Exception {
        status = 400;
        AtomicInteger taken = new AtomicInteger();
        BatchResult result = send(Map.of(), () -> new DeliveryCredentials("t" + taken.incrementAndGet(), null));
        assertEquals(Collections.nCopies(2, DeliveryStatus.REJECTED), result.statuses());
        assertEquals(Collections.nCopies(3, "/alerts [Bearer t1] null"), received);
        assertFalse(result.detail().contains("t1"), result::detail);
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 307, 308, 401, 403, 431})
    void refusedCredentialsKeepTheAlertsAndGoNowhereElse(int refusal) throws Exception {
        status = refusal;
        BatchResult result = send(Map.of(), () -> BOTH);
        assertEquals(Collections.nCopies(2, DeliveryStatus.RETRY), result.statuses());
        assertEquals(1, received.size(), received::toString);
        assertFalse(result.detail().contains("t0ken"), result::detail);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"http://alerts.example.com", "http://10.0.0.1:8466", "http://127.0.0.1.example.com", "HTTP://a"})
    void credentialsAreNeverSentUnencryptedToOtherMachines(String url) {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> ServerUrl.parse(url));
        assertTrue(String.valueOf(e.getMessage()).contains("unencrypted"), e::toString);
    }
}
