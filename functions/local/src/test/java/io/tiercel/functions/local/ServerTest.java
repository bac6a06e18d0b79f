package io.tiercel.functions.local;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.containing;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.client.WireMock.urlMatching;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static com.github.tomakehurst.wiremock.stubbing.Scenario.STARTED;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.github.tomakehurst.wiremock.WireMockServer;
import io.quarkus.funqy.Funq;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tiercel.functions.SecretFile;
import io.tiercel.functions.contract.Alerts;
import io.tiercel.functions.local.http.EnrichFunction;
import io.tiercel.functions.local.http.NotifyFunction;
import io.tiercel.functions.local.http.RespondFunction;
import io.tiercel.functions.stage.TiercelFunctions;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import jakarta.inject.Inject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

@Tag("unit")
@QuarkusTest
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@QuarkusTestResource(value = ServerTest.Resources.class, restrictToAnnotatedClass = true)
class ServerTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String TOKEN = "0123456789abcdef";
    private static final String[] AUTHORIZED = {"Authorization", "Bearer " + TOKEN, "Content-Type", "application/json"};
    private static final Duration TWO_SECONDS = Duration.ofSeconds(2);
    private static final WireMockServer SLACK =
            new WireMockServer(wireMockConfig().dynamicPort());

    private static final List<String> READS =
            List.of("/incidents", "/incidents?state=open", "/incidents/ID", "/silences", "/metrics");

    private static final Set<String> METHODS = Set.of("get", "put", "post", "delete", "patch", "head", "options");

    @Inject
    @SuppressWarnings("NullAway.Init")
    Router router;

    @TestHTTPResource("/")
    @SuppressWarnings("NullAway.Init")
    URI server;

    private final HttpClient http = HttpClient.newHttpClient();

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> postTo(String path, String body, String... headers) throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(server.resolve(path)).POST(HttpRequest.BodyPublishers.ofString(body));
        return send(headers.length == 0 ? request : request.headers(headers));
    }

    private HttpResponse<String> read(String path) throws Exception {
        return send(HttpRequest.newBuilder(server.resolve(path)).headers(AUTHORIZED));
    }

    private JsonNode get(String path) throws Exception {
        HttpResponse<String> response = read(path);
        assertEquals(200, response.statusCode(), response.body());
        return JSON.readTree(response.body());
    }

    private JsonNode openIncident(String rule) throws Exception {
        JsonNode list = get("/incidents?state=open&rule=" + rule);
        assertTrue(list.size() <= 1, list.toString());
        return list.path(0);
    }

    @Test
    void ten_alerts_are_grouped_into_one_incident_within_two_seconds() throws Exception {
        String rule = "TenOfOne";
        for (String alert : Alerts.ofOneIncident("ten", rule, 10)) {
            HttpResponse<String> response = postTo("/alerts", alert);
            assertEquals(202, response.statusCode());
            assertEquals("{\"accepted\":1,\"duplicates\":0,\"refused\":[]}\n", response.body());
        }
        await().atMost(TWO_SECONDS).until(() -> openIncident(rule).path("count").longValue() == 10);
        JsonNode incident = get("/incidents/" + openIncident(rule).get("id").textValue());
        assertEquals(10, incident.get("sample").size());
        assertEquals("dry-run", incident.at("/plan/mode").textValue());
        assertEquals("node-7", incident.at("/enrichment/host/node").textValue());
        assertEquals(
                "OS Credential Dumping",
                incident.at("/enrichment/techniques/0/name").textValue());
        assertEquals("Credential Access", incident.at("/tactics/0").textValue());
    }

    @Test
    void shuffled_and_duplicate_alerts_are_grouped_into_one_incident_with_the_exact_count() throws Exception {
        String rule = "TenThousand";
        List<String> alerts = Alerts.ofOneIncident("tt", rule, 7_000);
        List<String> deliveries = new ArrayList<>(alerts);
        deliveries.addAll(alerts.subList(0, 3_000));
        Collections.shuffle(deliveries, new Random(11));
        List<Callable<Integer>> posts = new ArrayList<>();
        for (int i = 0; i < deliveries.size(); i += 100) {
            String body = String.join("\n", deliveries.subList(i, i + 100));
            posts.add(() -> postTo("/alerts", body).statusCode());
        }
        try (ExecutorService threads = Executors.newFixedThreadPool(16)) {
            for (Future<Integer> post : threads.invokeAll(posts)) {
                assertEquals(202, post.get());
            }
        }
        await().atMost(Duration.ofSeconds(60))
                .until(() -> openIncident(rule).path("count").longValue() >= 7_000);
        JsonNode incident = get("/incidents/" + openIncident(rule).get("id").textValue());
        assertEquals(7_000, incident.get("count").longValue());
        assertEquals("escalated", incident.get("state").textValue());
        assertEquals(2, incident.get("escalation").intValue());
        assertEquals(10, incident.get("sample").size());
        List<String> actors = new ArrayList<>();
        incident.get("audit").forEach(entry -> actors.add(entry.path("actor").asText()));
        assertEquals(
                3,
                Collections.frequency(actors, "deduplicate"),
                incident.get("audit").toString());
    }

    /** An attacker varies the file name, so that each alert has another cause. */
    @Test
    void five_thousand_causes_of_one_workload_become_fifty_incidents_and_one_that_counts_the_rest() throws Exception {
        String rule = "FiveThousandCauses";
        List<String> alerts = new ArrayList<>();
        for (String alert : Alerts.ofOneIncident("causes", rule, 5_000)) {
            alerts.add(alert.replace("/etc/shadow", "/tmp/file-" + alerts.size()));
        }
        Collections.shuffle(alerts, new Random(7));
        for (int i = 0; i < alerts.size(); i += 500) {
            assertEquals(
                    202,
                    postTo("/alerts", String.join("\n", alerts.subList(i, i + 500)))
                            .statusCode());
        }
        String path = "/incidents?limit=1000&rule=" + rule;
        await().atMost(Duration.ofSeconds(60)).until(() -> sum(get(path), "count") >= 5_000);
        JsonNode incidents = get(path);
        assertEquals(51, incidents.size());
        assertEquals(5_000, sum(incidents, "count"));
        List<JsonNode> folded = new ArrayList<>();
        incidents.forEach(incident -> {
            if (incident.get("folded").booleanValue()) {
                folded.add(incident);
            } else {
                assertEquals(1, incident.get("count").intValue(), incident.toString());
                assertEquals(0, incident.get("foldedCauses").intValue(), incident.toString());
            }
        });
        assertEquals(1, folded.size());
        JsonNode others = get("/incidents/" + folded.getFirst().get("id").textValue());
        assertEquals(4_950, others.get("count").intValue());
        assertEquals(4_950, others.get("foldedCauses").intValue());
        assertEquals(0, others.get("verifiedCount").intValue());
        assertEquals("and others, unverified", others.get("target").textValue());
        assertEquals("", others.get("executable").textValue());
        assertEquals("escalated", others.get("state").textValue());
        assertEquals(10, others.get("sample").size());
        assertEquals(0, sum(incidents, "verifiedCount"));
        // Delivered again, everything is a duplicate.
        assertEquals(
                202,
                postTo("/alerts", String.join("\n", alerts.subList(0, 500))).statusCode());
        assertEquals(5_000, sum(get(path), "count"));
    }

    private static long sum(JsonNode incidents, String property) {
        long sum = 0;
        for (JsonNode incident : incidents) {
            sum += incident.path(property).longValue();
        }
        return sum;
    }

    @Test
    void the_response_to_a_batch_reports_accepted_duplicate_and_rejected_documents() throws Exception {
        String body = "[" + Alerts.json("b1", "Batch", 1) + "," + Alerts.json("b1", "Batch", 1) + ",{\"rule\":1}]";
        HttpResponse<String> response = postTo("/alerts", body, "Content-Type", "application/x-www-form-urlencoded");
        assertEquals(202, response.statusCode(), response.body());
        assertEquals(
                "{\"accepted\":1,\"duplicates\":1,\"refused\":[{\"index\":2,\"code\":\"not_an_alert\",\"reason\":\"rule"
                        + " must be a string, not a number\"}]}\n",
                response.body());
    }

    @Test
    void compressed_alerts_are_accepted() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(Alerts.json("z1", "Gzip", 1).getBytes(StandardCharsets.UTF_8));
        }
        HttpRequest.Builder request = HttpRequest.newBuilder(server.resolve("/alerts"))
                .header("Content-Encoding", "gzip")
                .POST(HttpRequest.BodyPublishers.ofByteArray(bytes.toByteArray()));
        assertEquals(202, send(request).statusCode());
    }

    @Test
    void an_unknown_encoding_of_the_body_is_named() throws Exception {
        for (String encoding : List.of("foo", "gzip, foo", "identity")) {
            HttpResponse<String> response =
                    postTo("/alerts", Alerts.json("enc/" + encoding, "Encoding", 1), "Content-Encoding", encoding);
            assertEquals(encoding.equals("identity") ? 202 : 415, response.statusCode(), response.body());
        }
        HttpResponse<String> response = postTo("/alerts", "x".repeat(100_000), "Content-Encoding", "zstd");
        assertEquals(415, response.statusCode(), response.body());
        assertTrue(response.body().contains("gzip"), response.body());
        assertEquals(
                "gzip, deflate",
                response.headers().firstValue("Accept-Encoding").orElse(""));
    }

    @Test
    void an_alert_with_too_many_levels_or_digits_does_not_affect_the_others() throws Exception {
        for (String value : List.of("[".repeat(2_000) + "]".repeat(2_000), "9".repeat(2_000))) {
            String bad = Alerts.json("limit/1", "Limit", 1)
                    .replace("\"output_fields\":{", "\"output_fields\":{\"x\":" + value + ",");
            String body = "[" + Alerts.json("limit/" + value.length(), "Limit", 1) + "," + bad + ",{\"rule\":1}]";
            HttpResponse<String> response = postTo("/alerts", body);
            assertEquals(202, response.statusCode(), response.body());
            JsonNode receipt = JSON.readTree(response.body());
            assertEquals(1, receipt.path("accepted").intValue(), response.body());
            assertEquals(1, receipt.at("/refused/0/index").intValue(), response.body());
            assertEquals("not_json", receipt.at("/refused/0/code").textValue(), response.body());
            assertEquals(2, receipt.path("refused").size(), response.body());
        }
    }

    /** Falco's plugins raise alerts about accounts, which have no program and no file. */
    @Test
    void alerts_of_plugins_about_other_people_and_addresses_are_other_incidents() throws Exception {
        String rule = "RootLogin";
        int number = 0;
        for (String person : List.of("arn:aws:iam::111122223333:user/ada", "arn:aws:iam::111122223333:user/bob")) {
            for (String address : List.of("198.51.100.7", "203.0.113.9", "198.51.100.7")) {
                String alert = """
                        {"hostname":"falco-0","output":"Root login %1$d","priority":"Critical","rule":"%2$s",\
                        "source":"aws_cloudtrail","output_fields":{"ct.user.arn":"%3$s","ct.srcip":"%4$s",\
                        "ct.id":"%1$d","ct.request.username":null},"time":"2026-01-01T00:00:00.00000000%1$dZ"}\
                        """.formatted(number++, rule, person, address);
                assertEquals(202, postTo("/alerts", alert).statusCode());
            }
        }
        JsonNode incidents = await().until(
                        () -> get("/incidents?rule=" + rule),
                        list -> list.size() > 0
                                && list.valueStream()
                                                .mapToLong(incident ->
                                                        incident.path("count").longValue())
                                                .sum()
                                        == 6);
        assertEquals(4, incidents.size(), incidents.toString());
        assertTrue(
                incidents
                        .findValuesAsText("target")
                        .contains("{ct.user.arn=\"arn:aws:iam::111122223333:user/bob\"} {ct.srcip=\"203.0.113.9\"}"),
                incidents.toString());
    }

    @Test
    void invalid_requests_are_rejected_with_a_client_error() throws Exception {
        assertEquals(400, postTo("/alerts", "hello").statusCode());
        assertEquals(400, postTo("/alerts", "").statusCode());
        assertEquals(413, postTo("/alerts", " ".repeat(5 * 1024 * 1024)).statusCode());
        assertEquals(413, postTo("/alerts", "[" + "1,".repeat(1000) + "1]").statusCode());
        assertEquals(400, read("/incidents?state=x").statusCode());
        assertEquals(400, read("/incidents?limit=0").statusCode());
        assertEquals(404, read("/incidents/none").statusCode());
    }

    @Test
    void requests_from_other_origins_are_rejected() throws Exception {
        String alert = Alerts.json("o1", "Origin", 1);
        assertEquals(
                403, postTo("/alerts", alert, "Origin", "https://evil.example").statusCode());
        assertTrue(openIncident("Origin").isMissingNode());
    }

    /** Other users of this machine and pods in its network reach the loopback address; a proxy may forward more than it should. */
    @Test
    void reads_require_the_token_on_the_loopback_address_and_through_a_proxy() throws Exception {
        postTo("/alerts", Alerts.json("read/1", "Read", 1));
        await().until(() -> !openIncident("Read").isMissingNode());
        String id = openIncident("Read").get("id").textValue();
        SLACK.stubFor(any(urlMatching("/proxy/.*"))
                .willReturn(aResponse()
                        .proxiedFrom("http://" + server.getAuthority())
                        .withProxyUrlPrefixToRemove("/proxy")));
        for (String address : List.of("http://" + server.getAuthority(), SLACK.baseUrl() + "/proxy")) {
            for (String path : READS) {
                URI read = URI.create(address + path.replace("ID", id));
                HttpResponse<String> refused = send(HttpRequest.newBuilder(read));
                assertEquals(401, refused.statusCode(), read + " " + refused.body());
                assertFalse(refused.body().contains("Read"), refused.body());
                assertEquals(
                        401,
                        send(HttpRequest.newBuilder(read).header("Authorization", "Bearer 0123456789abcdeF"))
                                .statusCode(),
                        read.toString());
                assertEquals(
                        200,
                        send(HttpRequest.newBuilder(read).headers(AUTHORIZED)).statusCode(),
                        read.toString());
            }
            URI health = URI.create(address + "/health");
            assertEquals(
                    "{\"status\":\"up\"}\n",
                    send(HttpRequest.newBuilder(health)).body());
            assertTrue(send(HttpRequest.newBuilder(health).headers(AUTHORIZED))
                    .body()
                    .contains("\"counted\""));
        }
        String help = send(HttpRequest.newBuilder(server.resolve("/incidents"))).body();
        assertTrue(help.contains("tiercel console") && help.contains("tiercel token"), help);
    }

    @Test
    void functions_are_exposed_under_their_names() throws Exception {
        for (int i = 0; i < 2; i++) {
            HttpResponse<String> response = postTo("/enrich", Alerts.json("f1", "Funq", 1), AUTHORIZED);
            assertEquals(200, response.statusCode(), response.body());
            assertEquals(
                    "enriched", JSON.readTree(response.body()).get("outcome").textValue());
            assertEquals(1, openIncident("Funq").get("count").longValue());
        }
        assertEquals(400, postTo("/enrich", "{}", AUTHORIZED).statusCode());
        assertEquals(200, postTo("/notify", "{}", AUTHORIZED).statusCode());
        assertTrue(postTo("/sweep", "{\"audit\":\"verify\"}", AUTHORIZED)
                .body()
                .startsWith("{\"closed\":0,\"audit\":\"intact: "));
    }

    @Test
    void requests_that_change_state_require_the_token() throws Exception {
        postTo("/alerts", Alerts.json("t1", "Token", 1));
        await().until(() -> !openIncident("Token").isMissingNode());
        String path = "/incidents/" + openIncident("Token").get("id").textValue();
        for (String endpoint : List.of(path + "/approve", path + "/release", path + "/close", "/enrich", "/sweep")) {
            for (String invalid : List.of("", "Bearer", "Bearer 0123456789abcdeF", "Basic " + TOKEN, TOKEN)) {
                HttpResponse<String> response =
                        invalid.isEmpty() ? postTo(endpoint, "{}") : postTo(endpoint, "{}", "Authorization", invalid);
                assertEquals(401, response.statusCode(), endpoint + " with " + invalid);
                assertEquals(
                        "Bearer",
                        response.headers().firstValue("WWW-Authenticate").orElse(""));
                assertFalse(response.body().contains(TOKEN), response.body());
            }
        }
        assertEquals("open", openIncident("Token").get("state").textValue());
    }

    @Test
    void a_later_alert_reopens_a_closed_incident() throws Exception {
        postTo("/alerts", Alerts.json("c1", "Closing", 1));
        await().until(() -> !openIncident("Closing").isMissingNode());
        String path = "/incidents/" + openIncident("Closing").get("id").textValue();
        HttpResponse<String> closed = postTo(path + "/close", "{\"by\":\"ada\"}", AUTHORIZED);
        assertEquals(200, closed.statusCode(), closed.body());
        assertEquals(
                "{\"outcome\":\"already closed\"}\n",
                postTo(path + "/close", "", AUTHORIZED).body());
        JsonNode incident = get(path);
        assertEquals("closed", incident.get("state").textValue());
        assertEquals("http:ada", incident.at("/closed/by").textValue());

        // An alert from before the closing does not reopen the incident. A later alert does.
        postTo("/alerts", Alerts.json("c2", "Closing", 2));
        await().until(() -> get(path).get("count").longValue() == 2);
        assertEquals("closed", get(path).get("state").textValue());
        postTo("/alerts", Alerts.json("c3", "Closing", 3).replace("2026-01-01", "2126-01-01"));
        await().until(() -> get(path).get("count").longValue() == 3);
        incident = get(path);
        assertEquals("open", incident.get("state").textValue());
        assertEquals(2, incident.get("episode").longValue());
        assertTrue(incident.get("closed").isNull());
        List<String> auditEntries = new ArrayList<>();
        incident.get("audit")
                .forEach(entry -> auditEntries.add(entry.get("actor").textValue() + " "
                        + entry.get("summary").textValue()));
        assertEquals(
                List.of("deduplicate open", "http:ada close", "deduplicate reopen as episode 2"),
                auditEntries.stream()
                        .filter(line -> !line.startsWith("respond"))
                        .toList());
    }

    @Test
    void invalid_commands_are_rejected_with_a_client_error() throws Exception {
        postTo("/alerts", Alerts.json("w1", "Commands", 1));
        await().until(() -> !openIncident("Commands").isMissingNode());
        String path = "/incidents/" + openIncident("Commands").get("id").textValue();
        assertEquals(404, postTo("/incidents/none/close", "", AUTHORIZED).statusCode());
        assertEquals(400, postTo(path + "/approve", "", AUTHORIZED).statusCode());
        assertEquals(400, postTo(path + "/close", "[]", AUTHORIZED).statusCode());
        assertEquals(400, postTo(path + "/close", "{", AUTHORIZED).statusCode());
        assertEquals(413, postTo(path + "/close", " ".repeat(5_000), AUTHORIZED).statusCode());
        assertEquals(
                409,
                postTo(path + "/approve", "{\"plan\":\"another\"}", AUTHORIZED).statusCode());
        assertEquals(202, postTo(path + "/release", "{}", AUTHORIZED).statusCode());
    }

    @Test
    void an_approved_plan_is_executed_once_and_reported() throws Exception {
        SLACK.stubFor(post("/receiver").willReturn(aResponse().withStatus(202)));
        postTo("/alerts", Alerts.json("h1", "CallWebhook", 1));
        await().until(() -> !openIncident("CallWebhook").isMissingNode());
        String path = "/incidents/" + openIncident("CallWebhook").get("id").textValue();
        await().until(() -> get(path).at("/plan/waiting").booleanValue());
        JsonNode plan = get(path).get("plan");
        assertEquals(
                List.of("applied", "waiting"),
                List.of(
                        plan.at("/steps/0/state").textValue(),
                        plan.at("/steps/1/state").textValue()),
                plan.toString());
        assertEquals(
                409,
                postTo(path + "/approve", "{\"plan\":\"000000000000\"}", AUTHORIZED)
                        .statusCode());
        SLACK.verify(0, postRequestedFor(urlEqualTo("/receiver")));
        String approval = "{\"by\":\"ada\",\"plan\":\"" + plan.get("id").textValue() + "\"}";
        for (int i = 0; i < 3; i++) {
            assertEquals(2, postTo(path + "/approve", approval, AUTHORIZED).statusCode() / 100);
        }
        await().until(() -> get(path).at("/plan/steps/1/state").textValue().equals("applied"));
        assertEquals("http:ada", get(path).at("/plan/steps/1/by").textValue());
        SLACK.verify(
                1,
                postRequestedFor(urlEqualTo("/receiver"))
                        .withHeader("Tiercel-Signature", containing("v1="))
                        .withRequestBody(containing("CallWebhook")));
    }

    @Test
    void metrics_are_exposed_in_the_prometheus_text_format() throws Exception {
        postTo("/alerts", Alerts.json("m1", "Metrics", 1));
        await().until(() -> !openIncident("Metrics").isMissingNode());
        HttpResponse<String> response = read("/metrics");
        assertEquals(200, response.statusCode());
        for (String line : List.of(
                "tiercel_functions_alerts_counted_total ",
                "tiercel_functions_documents_refused_total{reason=\"rule_name\"} ",
                "tiercel_functions_audit_entries_total ",
                "tiercel_audit_findings 0",
                "tiercel_audit_anchor_timestamp_seconds ",
                "tiercel_functions_alerts_waiting{sender=\"unverified\"} 0",
                "tiercel_functions_alerts_received_total{sender=\"unverified\"} ",
                "tiercel_functions_posts_unauthorized_total 0",
                "tiercel_functions_sender_mismatches_total 0",
                "tiercel_functions_responses_waiting ",
                "tiercel_responses_exposed ",
                "tiercel_functions_incidents{state=\"open\"} ")) {
            assertTrue(response.body().contains("\n" + line), line + " is missing in " + response.body());
        }
    }

    @Test
    void the_openapi_document_describes_every_route() throws Exception {
        HttpResponse<String> document = send(HttpRequest.newBuilder(server.resolve("/openapi")));
        Map<?, ?> openApi = (Map<?, ?>) new Load(LoadSettings.builder().build()).loadFromString(document.body());
        Set<String> documented = new TreeSet<>();
        Map<?, ?> paths = assertInstanceOf(Map.class, openApi.get("paths"));
        paths.forEach((path, operations) -> ((Map<?, ?>) operations)
                .keySet().stream()
                        .map(Object::toString)
                        .filter(METHODS::contains)
                        .forEach(method -> documented.add(method + " " + path)));
        Set<String> routes = new TreeSet<>();
        for (Class<?> functions :
                List.of(TiercelFunctions.class, EnrichFunction.class, RespondFunction.class, NotifyFunction.class)) {
            for (Method method : functions.getMethods()) {
                if (method.isAnnotationPresent(Funq.class)) {
                    routes.add("post /" + method.getAnnotation(Funq.class).value());
                }
            }
        }
        for (Route route : router.getRoutes()) {
            // OperatorApiTest compares those of the API with their own document. The console is for browsers.
            if (route.getPath() != null
                    && route.methods() != null
                    && !route.getPath().equals("/")
                    && !route.getPath().startsWith("/console")
                    && !route.getPath().startsWith("/api/")) {
                String path = route.getPath().replaceAll(":([a-z]+)", "{$1}");
                route.methods().forEach(method -> routes.add(method.name().toLowerCase(Locale.ROOT) + " " + path));
            }
        }
        assertEquals(documented, routes);
    }

    @Test
    void the_openapi_document_describes_every_member_of_an_incident() throws Exception {
        assertEquals(
                202, postTo("/alerts", Alerts.json("doc/1", "Described", 1)).statusCode());
        await().until(() -> openIncident("Described").path("count").longValue() == 1);
        JsonNode incident =
                get("/incidents/" + openIncident("Described").get("id").textValue());
        String document =
                send(HttpRequest.newBuilder(server.resolve("/openapi"))).body();
        JsonNode schemas = JSON.valueToTree(new Load(LoadSettings.builder().build()).loadFromString(document));
        JsonNode entry = schemas.at("/components/schemas/WholeIncident/properties/audit/items");
        assertEquals(names(entry.path("properties")), names(incident.at("/audit/0")), incident.toString());
        assertEquals(
                names(entry.path("properties")),
                new TreeSet<>(entry.path("required")
                        .valueStream()
                        .map(JsonNode::textValue)
                        .toList()));
        Set<String> members = names(schemas.at("/components/schemas/WholeIncident/properties"));
        members.addAll(names(schemas.at("/components/schemas/Incident/properties")));
        assertEquals(members, names(incident));
    }

    private static Set<String> names(JsonNode object) {
        Set<String> names = new TreeSet<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    @Test
    void health_endpoints_report_the_status() throws Exception {
        assertEquals("up", get("/health").get("status").textValue());
        assertEquals("up", get("/healthz").get("status").textValue());
        for (String path : List.of("/health", "/healthz")) {
            HttpResponse<String> head =
                    send(HttpRequest.newBuilder(server.resolve(path)).HEAD());
            assertEquals(200, head.statusCode());
            assertEquals("", head.body());
        }
    }

    /** The response accounts for every document, the metric counts by reason, and the alert's claims are limited. */
    @Test
    void refused_documents_and_limited_claims_are_visible() throws Exception {
        String future = Alerts.json("claims/1", "Claims", 1)
                .replaceFirst("\"time\":\"[^\"]*\"", "\"time\":\"2199-01-01T00:00:00Z\"")
                .replace("\"proc.pid\":1", "\"tiercel.count\":1000000");
        String longName = Alerts.json("claims/2", "r".repeat(513), 1);
        HttpResponse<String> response = send(HttpRequest.newBuilder(server.resolve("/alerts"))
                .POST(HttpRequest.BodyPublishers.ofString("[" + future + "," + longName + "," + future + "]")));
        assertEquals(202, response.statusCode());
        JsonNode receipt = JSON.readTree(response.body());
        assertEquals(1, receipt.get("accepted").intValue());
        assertEquals(1, receipt.get("duplicates").intValue());
        assertEquals(JSON.readTree("""
            [{"index":1,"code":"rule_name","reason":"rule has 513 characters; the maximum is 512"}]\
            """), receipt.get("refused"));
        await().until(() -> !openIncident("Claims").isMissingNode());
        JsonNode incident = openIncident("Claims");
        assertEquals(1, incident.get("count").longValue());
        Instant seen = Instant.parse(incident.get("lastSeen").textValue());
        assertTrue(seen.isBefore(Instant.now().plusSeconds(60)), seen.toString());
        JsonNode sample = get("/incidents/" + incident.get("id").textValue()).at("/sample/0");
        assertEquals(
                "2199-01-01T00:00:00Z",
                sample.get("output_fields").get("tiercel.reported_time").textValue());
        String metrics = read("/metrics").body();
        assertTrue(
                metrics.lines()
                        .anyMatch(line -> line.matches(
                                "tiercel_functions_documents_refused_total\\{reason=\"rule_name\"} [1-9].*")),
                metrics);
    }

    /** First, because the incidents of the other tests become a digest, which this one would join. */
    @Test
    @Order(1)
    void a_slack_message_is_retried_after_rate_limiting() throws Exception {
        SLACK.stubFor(post("/hook")
                .withRequestBody(containing("SlackRule"))
                .inScenario("busy")
                .whenScenarioStateIs(STARTED)
                .willReturn(aResponse().withStatus(429).withHeader("Retry-After", "1"))
                .willSetStateTo("ready"));
        SLACK.stubFor(post("/hook")
                .withRequestBody(containing("SlackRule"))
                .inScenario("busy")
                .whenScenarioStateIs("ready")
                .willReturn(aResponse().withBody("ok")));
        postTo("/alerts", Alerts.json("s1", "SlackRule", 1));
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            JsonNode incident =
                    get("/incidents/" + openIncident("SlackRule").path("id").asText());
            assertEquals("slack", incident.at("/notifications/0/channel").textValue());
            assertEquals(1, incident.at("/notifications/0/messages").longValue());
        });
        SLACK.verify(2, postRequestedFor(urlEqualTo("/hook")).withRequestBody(containing("SlackRule")));
    }

    /** Creates a data folder and a stub of Slack. */
    public static final class Resources implements QuarkusTestResourceLifecycleManager {
        @Override
        public Map<String, String> start() {
            SLACK.start();
            SLACK.stubFor(post("/hook").atPriority(10).willReturn(aResponse().withBody("ok")));
            try {
                Path folder = Files.createTempDirectory(Path.of("target"), "server");
                return Map.of(
                        "tiercel.responses",
                        policies(folder).toString(),
                        "tiercel.data",
                        folder.resolve("data").toString(),
                        "tiercel.slack.webhook",
                        "http://127.0.0.1:" + SLACK.port() + "/hook",
                        "tiercel.token",
                        TOKEN);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** Returns a file with the default policies and a policy that calls a receiver after approval. */
        private static Path policies(Path folder) throws IOException {
            Path secret = SecretFile.write(folder.resolve("secret"), "key");
            try (InputStream defaults =
                    Objects.requireNonNull(ServerTest.class.getResourceAsStream("/rules/responses/default.yaml"))) {
                String webhookPolicy = """

                    - policy: Call webhook
                      desc: Calls an external receiver
                      match: {rules: [CallWebhook]}
                      mode: approve
                      actions:
                        - webhook: {url: "http://127.0.0.1:%d/receiver", secret: "file:%s"}
                    """.formatted(SLACK.port(), secret.toAbsolutePath());
                return Files.writeString(
                        folder.resolve("responses.yaml"),
                        new String(defaults.readAllBytes(), StandardCharsets.UTF_8) + webhookPolicy);
            }
        }

        @Override
        public void stop() {
            SLACK.stop();
        }
    }
}
