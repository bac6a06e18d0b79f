package io.tiercel.functions.local;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tiercel.functions.contract.Alerts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.bouncycastle.asn1.x509.GeneralName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A client certificate proves the name of its host, permits posting alerts, and nothing else. */
@Tag("unit")
@QuarkusTest
@QuarkusTestResource(value = ClientCertificateTest.Resources.class, restrictToAnnotatedClass = true)
class ClientCertificateTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String OPERATOR = "0123456789abcdef0123";
    private static final String INTAKE = "intake-0123456789abcdef";
    private static final TestCertificates CERTIFICATES = new TestCertificates();

    @TestHTTPResource(value = "/", tls = true)
    @SuppressWarnings("NullAway.Init")
    URI server;

    private static HttpClient client(GeneralName... names) {
        return HttpClient.newBuilder().sslContext(CERTIFICATES.client(names)).build();
    }

    private static GeneralName dns(String name) {
        return new GeneralName(GeneralName.dNSName, name);
    }

    private HttpResponse<String> send(HttpClient client, String path, HttpRequest.Builder request) throws Exception {
        return client.send(
                request.uri(URI.create("https://localhost:" + server.getPort() + path))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private JsonNode read(HttpClient client, String path) throws Exception {
        return JSON.readTree(send(client, path, HttpRequest.newBuilder().header("Authorization", "Bearer " + OPERATOR))
                .body());
    }

    /** Returns the header that an HTTP client makes of the credentials in {@code https://user:password@host}. */
    private static String fromUrl(String credentials) {
        return "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8));
    }

    private HttpResponse<String> post(HttpClient client, String rule, String authorization) throws Exception {
        HttpRequest.Builder post = HttpRequest.newBuilder()
                .header("X-Forwarded-Client-Cert", "DNS=node-7")
                .POST(HttpRequest.BodyPublishers.ofString(Alerts.json(rule, rule, 1)));
        return send(client, "/alerts", authorization.isEmpty() ? post : post.header("Authorization", authorization));
    }

    /** Posts an alert like Falco, with the intake token in the URL, and returns its sender. */
    private JsonNode senderOf(HttpClient client, String rule) throws Exception {
        assertEquals(202, post(client, rule, fromUrl("falco:" + INTAKE)).statusCode());
        await().until(() -> read(client, "/incidents?rule=" + rule).size() == 1);
        String id = read(client, "/incidents?rule=" + rule).at("/0/id").asText();
        return read(client, "/incidents/" + id).at("/enrichment/sender");
    }

    @Test
    void the_only_dns_name_is_the_name_of_the_host() throws Exception {
        try (HttpClient client = client(dns("node-7"), new GeneralName(GeneralName.iPAddress, "192.0.2.7"))) {
            JsonNode sender = senderOf(client, "OneName");
            assertTrue(sender.path("verified").booleanValue(), sender.toString());
            assertEquals("node-7", sender.path("node").textValue());
        }
    }

    @Test
    void other_certificates_prove_no_host() throws Exception {
        try (HttpClient several = client(dns("node-7"), dns("node-8"));
                HttpClient wildcard = client(dns("*.example.com"));
                HttpClient uri = client(new GeneralName(GeneralName.uniformResourceIdentifier, "spiffe://a/node-7"));
                HttpClient none = client()) {
            for (Map.Entry<String, HttpClient> client : Map.of(
                            "Several", several, "Wildcard", wildcard, "Uri", uri, "NoName", none)
                    .entrySet()) {
                JsonNode sender = senderOf(client.getValue(), client.getKey());
                assertFalse(sender.path("verified").booleanValue(), client.getKey() + sender);
            }
        }
    }

    @Test
    void senders_that_are_not_verified_need_the_intake_token() throws Exception {
        try (HttpClient falco = client();
                HttpClient sensor = client(dns("node-7"))) {
            for (String refused : List.of(
                    "",
                    "Bearer " + INTAKE + "0",
                    "Bearer " + OPERATOR,
                    "Basic",
                    "Basic %%%",
                    fromUrl(INTAKE),
                    fromUrl("falco:"),
                    fromUrl(INTAKE + ":falco"),
                    fromUrl("falco:" + OPERATOR),
                    fromUrl("falco:" + INTAKE.substring(1)))) {
                HttpResponse<String> response = post(falco, "Refused", refused);
                assertEquals(401, response.statusCode(), refused + response.body());
                assertTrue(response.body().contains("https://falco:TOKEN@HOST/alerts"), response.body());
                assertFalse(response.body().contains(INTAKE) || response.body().contains(OPERATOR), response.body());
            }
            assertEquals(202, post(falco, "Accepted", "Bearer " + INTAKE).statusCode());
            assertEquals(202, post(sensor, "Accepted", "").statusCode());
            await().until(() -> read(falco, "/incidents?rule=Accepted").size() == 1);
            assertEquals(0, read(falco, "/incidents?rule=Refused").size());
            HttpRequest.Builder read = HttpRequest.newBuilder().header("Authorization", "Bearer " + INTAKE);
            assertEquals(401, send(falco, "/incidents", read).statusCode());
        }
    }

    @Test
    void a_certificate_does_not_permit_reading() throws Exception {
        try (HttpClient client = client(dns("node-7"))) {
            for (String path : new String[] {"/incidents", "/incidents/none", "/metrics"}) {
                assertEquals(401, send(client, path, HttpRequest.newBuilder()).statusCode(), path);
            }
            assertEquals(
                    "{\"status\":\"up\"}\n",
                    send(client, "/health", HttpRequest.newBuilder()).body());
            assertTrue(read(client, "/incidents").isArray());
        }
    }

    /** Creates a data folder and the server's certificate. */
    public static final class Resources implements QuarkusTestResourceLifecycleManager {
        @Override
        public Map<String, String> start() {
            try {
                Path folder =
                        Files.createTempDirectory(Path.of("target"), "tls").toAbsolutePath();
                CERTIFICATES.writeServer(folder);
                String certificate = folder.resolve("server.crt").toString();
                String key = folder.resolve("server.key").toString();
                String authority = folder.resolve("ca.crt").toString();
                return Map.ofEntries(
                        Map.entry("tiercel.data", folder.resolve("data").toString()),
                        Map.entry("tiercel.host", "0.0.0.0"),
                        Map.entry("tiercel.token", OPERATOR),
                        Map.entry("tiercel.intake.token", INTAKE),
                        Map.entry("tiercel.identity-client-certificates", "true"),
                        Map.entry("tiercel.tls.certificate", certificate),
                        Map.entry("tiercel.tls.key", key),
                        Map.entry("tiercel.tls.authority", authority),
                        // TiercelServer derives these from the settings above before Quarkus starts.
                        Map.entry("quarkus.http.test-ssl-port", "0"),
                        Map.entry("quarkus.http.ssl.certificate.files", certificate),
                        Map.entry("quarkus.http.ssl.certificate.key-files", key),
                        Map.entry("quarkus.http.ssl.certificate.trust-store-file", authority),
                        Map.entry("quarkus.http.ssl.certificate.trust-store-file-type", "PEM"));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void stop() {}
    }
}
