package io.tiercel.functions.client;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.equalToJson;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.put;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.stubbing.Scenario;
import io.tiercel.functions.client.ChangeStream.Change;
import io.tiercel.functions.operate.OperatorAnswer;
import io.tiercel.functions.operate.OperatorRequest;
import io.tiercel.http.TlsFiles;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("unit")
class HttpOperatorClientTest {
    private static final String TOKEN = "a-token-of-an-operator";

    private final WireMockServer server =
            new WireMockServer(options().dynamicPort().dynamicHttpsPort());
    private final List<HttpOperatorClient> clients = new ArrayList<>();

    @BeforeEach
    void start() {
        server.start();
    }

    @AfterEach
    void stop() {
        clients.forEach(HttpOperatorClient::close);
        server.stop();
    }

    private HttpOperatorClient client() throws IOException {
        return client("http://127.0.0.1:" + server.port(), Duration.ofSeconds(20));
    }

    private HttpOperatorClient client(String address, Duration limit) throws IOException {
        HttpOperatorClient client =
                new HttpOperatorClient(new HttpOptions(URI.create(address), TOKEN, TlsFiles.none(), "ada"), limit);
        clients.add(client);
        return client;
    }

    private static OperatorRequest request(String operation, String... arguments) {
        ObjectNode values = JsonNodeFactory.instance.objectNode();
        for (int i = 0; i < arguments.length; i += 2) {
            values.put(arguments[i], arguments[i + 1]);
        }
        return new OperatorRequest(operation, values);
    }

    @Test
    void a_read_has_its_arguments_in_the_query() throws Exception {
        server.stubFor(get(urlEqualTo("/api/v1/incidents?text=a%20%26%20b%3D%2F&state=all"))
                .withHeader("Authorization", equalTo("Bearer " + TOKEN))
                .withHeader("Tiercel-Operator", equalTo("ada"))
                .willReturn(okJson("{\"items\":[]}")));
        OperatorAnswer answer = client().call(request("list-incidents", "text", "a & b=/", "state", "all"));
        assertEquals(200, answer.status());
        assertTrue(answer.body().path("items").isArray());
    }

    @Test
    void a_change_has_its_arguments_in_the_body_and_its_id_in_one_segment_of_the_path() throws Exception {
        server.stubFor(post(urlEqualTo("/api/v1/incidents/a%2F..%2Fb/close"))
                .withRequestBody(equalToJson("{\"version\":\"v1\"}"))
                .willReturn(okJson("{\"outcome\":\"closed\"}")));
        server.stubFor(put(urlEqualTo("/api/v1/kill-switch")).willReturn(okJson("{\"on\":true}")));
        assertEquals(
                200,
                client().call(request("close-incident", "id", "a/../b", "version", "v1"))
                        .status());
        assertEquals(
                200, client().call(request("set-kill-switch", "on", "true")).status());
        assertEquals(400, client().call(request("close-incident", "id", "..")).status());
    }

    @Test
    void reads_are_repeated_and_changes_are_not() throws Exception {
        server.stubFor(get(urlEqualTo("/api/v1/statistics"))
                .inScenario("busy")
                .whenScenarioStateIs(Scenario.STARTED)
                .willReturn(aResponse().withStatus(503).withBody("{\"title\":\"busy\"}"))
                .willSetStateTo("again"));
        server.stubFor(get(urlEqualTo("/api/v1/statistics"))
                .inScenario("busy")
                .whenScenarioStateIs("again")
                .willReturn(okJson("{\"open\":1}")));
        server.stubFor(post(anyUrl()).willReturn(aResponse().withStatus(503).withBody("{\"title\":\"busy\"}")));
        assertEquals(200, client().call(request("statistics")).status());
        assertEquals(
                503, client().call(request("close-incident", "id", "abcdef")).status());
        server.verify(2, getRequestedFor(urlEqualTo("/api/v1/statistics")));
        server.verify(1, postRequestedFor(anyUrl()));
    }

    @Test
    void problem_details_are_passed_on_and_other_documents_are_not() throws Exception {
        server.stubFor(get(urlEqualTo("/api/v1/held"))
                .willReturn(aResponse().withStatus(403).withBody("{\"type\":\"about:blank\",\"title\":\"no\"}")));
        server.stubFor(get(urlEqualTo("/api/v1/nodes"))
                .willReturn(aResponse().withStatus(502).withBody("<html>proxy</html>")));
        server.stubFor(get(urlEqualTo("/api/v1/operator"))
                .willReturn(aResponse().withStatus(302).withHeader("Location", "http://127.0.0.1:1/")));
        assertEquals(
                "no", client().call(request("list-held")).body().path("title").asText());
        OperatorAnswer html = client().call(request("list-nodes"));
        assertTrue(ClientProblem.INVALID_ANSWER.of(html));
        assertFalse(html.body().toString().contains("proxy"));
        assertTrue(ClientProblem.INVALID_ANSWER.of(client().call(request("show-operator"))));
    }

    @Test
    void answers_are_limited_in_size_and_time() throws Exception {
        server.stubFor(get(urlEqualTo("/api/v1/rules"))
                .willReturn(aResponse().withBody(new byte[HttpOperatorClient.MAX_ANSWER_BYTES + 1])));
        server.stubFor(get(urlEqualTo("/api/v1/audit"))
                .willReturn(okJson("{\"items\":[]}").withChunkedDribbleDelay(10, 60_000)));
        OperatorAnswer large = client().call(request("list-rules"));
        assertTrue(ClientProblem.INVALID_ANSWER.of(large), () -> large.body().toString());
        long start = System.nanoTime();
        OperatorAnswer slow = client("http://127.0.0.1:" + server.port(), Duration.ofMillis(300))
                .call(request("list-audit"));
        assertTrue(ClientProblem.UNREACHABLE.of(slow), () -> slow.body().toString());
        assertTrue(System.nanoTime() - start < Duration.ofSeconds(20).toNanos());
    }

    @Test
    void a_server_that_does_not_listen_is_unreachable_and_named() throws Exception {
        int port = server.port();
        server.stop();
        OperatorAnswer answer =
                client("http://127.0.0.1:" + port, Duration.ofSeconds(5)).call(request("statistics"));
        assertTrue(ClientProblem.UNREACHABLE.of(answer));
        assertTrue(answer.body().path("detail").asText().contains("127.0.0.1:" + port));
    }

    @Test
    void a_certificate_that_is_not_trusted_is_rejected() throws Exception {
        server.stubFor(any(anyUrl()).willReturn(okJson("{\"open\":1}")));
        OperatorAnswer answer = client("https://localhost:" + server.httpsPort(), Duration.ofSeconds(20))
                .call(request("statistics"));
        assertTrue(ClientProblem.UNREACHABLE.of(answer));
        assertTrue(answer.body().path("detail").asText().startsWith("TLS with"), answer.body()::toString);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://example.org",
                "http://10.0.0.1:8466",
                "http://127.0.0.1.example.org",
                "ftp://127.0.0.1",
                "https://user@example.org",
                "https://example.org/path",
                "example.org"
            })
    void the_token_is_sent_with_tls_or_to_this_machine_only(String address) {
        assertThrows(
                IllegalArgumentException.class, () -> new HttpOptions(URI.create(address), TOKEN, TlsFiles.none(), ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://127.0.0.1:8466", "http://[::1]:1/", "http://localhost", "https://example.org:8466"})
    void other_addresses_are_accepted(String address) {
        HttpOptions options = new HttpOptions(URI.create(address), TOKEN, TlsFiles.none(), "");
        assertFalse(options.toString().contains(TOKEN));
    }

    @Test
    void changes_arrive_in_order_and_comments_are_ignored() throws Exception {
        server.stubFor(get(urlEqualTo("/api/v1/changes"))
                .willReturn(aResponse()
                        .withHeader("Content-Type", "text/event-stream")
                        .withBody(
                                ": hello\n\nevent: incident\ndata: {\"id\":\"a\"}\n\n: beat\n\nevent: nodes\r\n\r\n")));
        List<Change> changes = new ArrayList<>();
        OperatorAnswer end = client().changes(changes::add);
        assertEquals(
                List.of(ChangeStream.CONNECTED, new Change("incident", "{\"id\":\"a\"}"), new Change("nodes", "")),
                changes);
        assertTrue(ClientProblem.UNREACHABLE.of(end));
    }

    @Test
    void an_endless_line_ends_the_stream() throws Exception {
        server.stubFor(
                get(urlEqualTo("/api/v1/changes")).willReturn(aResponse().withBody("data:" + "x".repeat(200_000))));
        List<Change> changes = new ArrayList<>();
        assertTrue(ClientProblem.UNREACHABLE.of(client().changes(changes::add)));
        assertEquals(List.of(ChangeStream.CONNECTED), changes);
    }
}
