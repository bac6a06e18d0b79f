package io.tiercel.functions.local.cli.operate;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.equalToJson;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.put;
import static com.github.tomakehurst.wiremock.client.WireMock.putRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.tomakehurst.wiremock.WireMockServer;
import io.tiercel.functions.json.Json;
import io.tiercel.functions.local.cli.CompletionCommand;
import io.tiercel.functions.local.cli.IncidentsCommand;
import io.tiercel.functions.local.terminal.Terminal;
import io.tiercel.functions.operate.IncidentStory;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs the commands of operators against a stand-in for the server. */
@Tag("unit")
class OperatorCommandsTest {
    private static final String ID = "df60caf3df60caf3df60caf3df60caf3";

    private static final String SUMMARY = """
        {"id":"%1$s","shortId":"df60caf3","version":"v7","rule":"Sensitive file read","priority":"Warning","state":"open",
         "episode":1,"count":2,"verifiedCount":1,"target":"/etc/shadow","host":"node-1","namespace":"shop","pod":"web-1",
         "container":"web","image":"shop/web:1","user":"root","firstSeen":"2026-03-01T11:00:00Z",
         "lastSeen":"2026-03-01T11:57:00Z","openedAt":"2026-03-01T11:00:01Z","acknowledgedBy":null,"acknowledgedAt":null,
         "assignedTo":null,"silenced":false,"response":"waiting","tactics":[],"activity":[0,2]}
        """.formatted(ID);

    private static final String DETAIL = """
        {"headline":"python3 read /etc/shadow in shop/web-1",
         "techniques":[{"id":"T1003","name":"OS Credential Dumping","url":"https://attack.mitre.org/techniques/T1003"}],
         "doubts":["one sender is not verified"],"enrichment":{},
         "alerts":[{"time":"2026-03-01T11:00:00Z","rule":"Sensitive file read","output":"read\\u001b[31m \\u202e/etc/shadow",
           "output_fields":{"proc.pid":30,"proc.name":"python3"},
           "context":{"ancestors":[{"pid":30,"name":"python3","exe":"/usr/bin/python3","cmdline":"python3 -c x","user":"root",
             "startTime":"2026-03-01T10:59:59Z"},{"pid":20,"name":"bash","cmdline":"bash","user":"root"},
             {"pid":1,"name":"systemd","cmdline":"/sbin/init","user":"root"}]}}],
         "plan":{"id":"p1","approvable":true,"releasable":true,"steps":[
           {"index":0,"action":"k8s:isolate-pod","target":"shop/web-1","state":"waiting","mode":"approve","note":"","deadline":null,
            "releaseRestores":"the labels and the policy of the pod","approvable":true,"releasable":true}]},
         "comments":[],"notifications":[],"audit":[{"at":"2026-03-01T11:00:02Z","by":"deduplicate","action":"opened","details":"first"}],
         "silencedBy":null}
        """;

    private final WireMockServer server = new WireMockServer(options().dynamicPort());
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private boolean interactive;
    private String answer = "";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path data;

    @BeforeEach
    void start() throws Exception {
        server.start();
        Files.writeString(data.resolve("server.json"), "{\"address\":\"http://127.0.0.1:" + server.port() + "\"}");
        Files.writeString(data.resolve("token"), "the-token-of-the-data-directory\n");
        Files.setPosixFilePermissions(data.resolve("token"), PosixFilePermissions.fromString("rw-------"));
        server.stubFor(get(urlEqualTo("/api/v1/incidents/df60ca"))
                .withHeader("Authorization", equalTo("Bearer the-token-of-the-data-directory"))
                .willReturn(okJson(detail().toString())));
    }

    @AfterEach
    void stop() {
        server.stop();
    }

    private static ObjectNode detail() throws Exception {
        ObjectNode detail = (ObjectNode) Json.MAPPER.readTree(SUMMARY);
        detail.setAll((ObjectNode) Json.MAPPER.readTree(DETAIL));
        IncidentStory.addTo(detail);
        return detail;
    }

    private OperatorContext context() {
        Terminal terminal = new Terminal(
                new ByteArrayInputStream(answer.getBytes(StandardCharsets.UTF_8)),
                new PrintStream(out, false, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                interactive,
                false,
                interactive ? 100 : Terminal.UNLIMITED);
        return new OperatorContext(
                terminal, data, Map.of("TIERCEL_HOME", "/"), () -> Instant.parse("2026-03-01T12:00:00Z"));
    }

    private int run(String... arguments) {
        out.reset();
        err.reset();
        return new IncidentsCommand(context()).run(List.of(arguments));
    }

    private String output() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String errors() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @Test
    void a_list_is_a_table_for_people_and_a_document_for_scripts() throws Exception {
        server.stubFor(get(urlEqualTo("/api/v1/incidents?priority=warning&since=2026-03-01T10%3A00%3A00Z&limit=5"))
                .willReturn(okJson("{\"items\":[" + SUMMARY + "],\"next\":\"c2\",\"total\":7}")));
        String[] list = {"list", "--priority", "Warning", "--since", "2h", "--limit", "5"};
        assertEquals(0, run(list), this::errors);
        assertTrue(output().contains("df60caf3  Warning   open"), output());
        assertTrue(output().contains("3m  Sensitive file read  shop/web-1  /etc/shadow  waiting"), output());
        assertTrue(errors().contains("1 incident of 7"), errors());
        assertEquals(0, run("list", "--priority", "Warning", "--since", "2h", "--limit", "5", "--json"));
        JsonNode document = Json.MAPPER.readTree(output());
        assertEquals(ID, document.path("items").path(0).path("id").asText());
        assertEquals(1, output().lines().count());
    }

    @Test
    void all_pages_become_one_list() throws Exception {
        server.stubFor(get(urlEqualTo("/api/v1/incidents?limit=200"))
                .willReturn(okJson("{\"items\":[" + SUMMARY + "],\"next\":\"c2\",\"total\":2}")));
        server.stubFor(get(urlEqualTo("/api/v1/incidents?limit=200&cursor=c2"))
                .willReturn(okJson("{\"items\":[" + SUMMARY + "],\"next\":null,\"total\":null}")));
        assertEquals(0, run("list", "--all", "--json"), this::errors);
        JsonNode document = Json.MAPPER.readTree(output());
        assertEquals(2, document.path("items").size());
        assertEquals(2, document.path("total").asInt());
        assertTrue(document.path("next").isNull());
    }

    @Test
    void a_page_shows_processes_timeline_plan_and_what_to_type_next() {
        assertEquals(0, run("show", "df60ca"), this::errors);
        String page = output();
        assertTrue(page.startsWith("python3 read /etc/shadow in shop/web-1\n"), page);
        assertTrue(page.contains("  systemd (1) root"), page);
        assertTrue(page.contains("  └─ bash (20) root"), page);
        assertTrue(page.contains("     └─ python3 (30) root  python3 -c x  ◀ 1 alert"), page);
        assertTrue(page.contains("2026-03-01T11:00:02Z  decision  opened by deduplicate: first"), page);
        assertTrue(page.contains("k8s:isolate-pod"), page);
        assertTrue(page.contains("./tiercel incidents approve df60caf3"), page);
        assertFalse(page.contains("\u001b"), "escape");
        assertFalse(page.contains("\u202e"), "direction");
    }

    @Test
    void a_change_sends_the_version_that_the_person_saw() {
        server.stubFor(post(urlEqualTo("/api/v1/incidents/" + ID + "/approve"))
                .withRequestBody(equalToJson("{\"version\":\"v7\",\"plan\":\"p1\",\"reason\":\"real\"}"))
                .willReturn(okJson("{\"outcome\":\"approved\",\"incident\":" + SUMMARY + "}")));
        interactive = true;
        answer = "y\n";
        assertEquals(0, run("approve", "df60ca", "--reason", "real"), this::errors);
        assertEquals("df60caf3: approved\n", output());
        assertTrue(errors().contains("k8s:isolate-pod  shop/web-1"), errors());
        assertTrue(errors().contains("Carry out this response? [y/N]"), errors());
    }

    @Test
    void without_a_yes_nothing_changes() {
        interactive = true;
        answer = "\n";
        assertEquals(1, run("close", "df60ca"));
        interactive = false;
        assertEquals(2, run("release", "df60ca"));
        assertTrue(errors().contains("--yes"), errors());
        server.verify(0, postRequestedFor(anyUrl()));
    }

    @Test
    void a_plan_that_does_not_wait_is_not_approved() throws Exception {
        ObjectNode applied = detail().put("response", "applied");
        ((ObjectNode) applied.path("plan")).put("approvable", false);
        server.stubFor(get(urlEqualTo("/api/v1/incidents/abcdef")).willReturn(okJson(applied.toString())));
        assertEquals(4, run("approve", "abcdef", "--yes"));
        assertTrue(errors().contains("is applied and does not wait for approval"), errors());
    }

    @ParameterizedTest
    @CsvSource({"drifted, true", "uncertain, false"})
    void the_api_decides_whether_a_release_is_suggested(String state, boolean releasable) throws Exception {
        ObjectNode incident = detail();
        ObjectNode plan = (ObjectNode) incident.path("plan");
        plan.put("releasable", releasable);
        ((ObjectNode) plan.path("steps").path(0)).put("state", state).put("releasable", releasable);
        server.stubFor(get(urlEqualTo("/api/v1/incidents/abcdef")).willReturn(okJson(incident.toString())));
        assertEquals(0, run("show", "abcdef"), this::errors);
        assertEquals(releasable, output().contains("incidents release df60caf3"), output());
        assertEquals(releasable, output().contains("Releasing step 0 restores"), output());
    }

    @ParameterizedTest
    @CsvSource({
        "400, 2", "401, 5", "403, 5", "404, 3", "409, 4", "429, 6", "500, 1", "503, 6",
    })
    void each_kind_of_failure_has_its_exit_status(int status, int exit) {
        server.stubFor(get(urlPathEqualTo("/api/v1/incidents/abcdef"))
                .willReturn(aResponse()
                        .withStatus(status)
                        .withBody("{\"type\":\"about:blank\",\"title\":\"t\",\"detail\":\"why\\u001b[1m\","
                                + "\"errors\":[{\"parameter\":\"id\",\"detail\":\"short\"}]}")));
        assertEquals(exit, run("show", "abcdef"), this::errors);
        assertEquals("tiercel incidents show: why\uFFFD[1m; id: short\n", errors());
    }

    @Test
    void a_server_that_does_not_run_and_a_missing_token_file_are_named() throws Exception {
        assertEquals(2, run("list", "--token-file", data.resolve("absent").toString()));
        assertTrue(errors().contains(data.resolve("absent").toString()), errors());
        assertEquals(
                2,
                run(
                        "list",
                        "--server",
                        "http://192.0.2.1",
                        "--token-file",
                        data.resolve("token").toString()));
        assertTrue(errors().contains("without TLS"), errors());
        int port = server.port();
        server.stop();
        assertEquals(6, run("list"));
        assertTrue(errors().contains("cannot connect to http://127.0.0.1:" + port), errors());
    }

    @Test
    void a_data_directory_that_does_not_exist_is_an_error() {
        String absent = data.resolve("no-such-directory").toString();
        assertEquals(2, run("list", "--data", absent));
        assertTrue(errors().contains("there is no directory " + absent), errors());
        assertEquals(List.of(), server.getAllServeEvents());
        assertEquals(2, new TokenCommand(context()).run(List.of("--data", absent)));
    }

    @Test
    void the_token_of_the_data_directory_goes_to_its_own_server_only() {
        server.stubFor(get(urlEqualTo("/api/v1/statistics")).willReturn(okJson("{\"open\":3,\"alerts\":1}")));
        assertEquals(0, run("statistics", "--server", "http://127.0.0.1:" + server.port()), this::errors);
        server.getAllServeEvents()
                .forEach(event -> assertFalse(event.getRequest().containsHeader("Authorization")));
        assertTrue(output().contains("1 alert, 0 nodes"), output());
    }

    @Test
    void a_silence_covers_nothing_worse_than_what_was_seen() {
        server.stubFor(post(urlEqualTo("/api/v1/silences"))
                .withRequestBody(equalToJson("{\"condition\":\"incident.id = \\\"" + ID
                        + "\\\" and incident.urgency >= 4 and not incident.state ="
                        + " escalated\",\"reason\":\"known\",\"for\":\"8h\"}"))
                .willReturn(okJson(
                        "{\"outcome\":\"created\",\"silence\":{\"id\":\"s1\",\"until\":\"2026-03-01T20:00:00Z\"}}")));
        assertEquals(0, run("silence", "df60ca", "--for", "8h", "--reason", "known"), this::errors);
        assertEquals("s1: silenced until 2026-03-01T20:00:00Z\n", output());
        assertEquals(2, run("silence", "df60ca", "--reason", "known"));
        assertEquals(2, run("silence", "--for", "8h", "--reason", "known"));
    }

    @Test
    void the_kill_switch_needs_a_reason_and_a_confirmation() {
        server.stubFor(get(urlEqualTo("/api/v1/kill-switch")).willReturn(okJson("{\"on\":false}")));
        server.stubFor(put(urlEqualTo("/api/v1/kill-switch"))
                .withRequestBody(equalToJson("{\"on\":true,\"reason\":\"drill\"}"))
                .willReturn(okJson(
                        "{\"on\":true,\"by\":\"http:ada\",\"at\":\"2026-03-01T12:00:00Z\",\"reason\":\"drill\"}")));
        assertEquals(0, new KillSwitchCommand(context()).run(List.of()));
        assertEquals("off\n", output());
        assertEquals(2, new KillSwitchCommand(context()).run(List.of("on")));
        assertEquals(2, new KillSwitchCommand(context()).run(List.of("on", "--reason", "drill")));
        server.verify(0, putRequestedFor(anyUrl()));
        out.reset();
        assertEquals(0, new KillSwitchCommand(context()).run(List.of("on", "--reason", "drill", "--yes")));
        assertEquals("on: no response is carried out; set by http:ada, 2026-03-01T12:00:00Z: drill\n", output());
    }

    @Test
    void held_targets_are_listed_with_what_releasing_restores() {
        server.stubFor(get(urlEqualTo("/api/v1/held?limit=200"))
                .willReturn(okJson(
                        "{\"items\":[{\"target\":\"eni-1\",\"kind\":\"interface\",\"since\":\"2026-03-01T10:00:00Z\","
                                + "\"strictest\":\"closed\",\"holders\":[{\"incident\":\"" + ID
                                + "\",\"action\":\"ec2:isolate\"}],"
                                + "\"restores\":\"sg-1\"}],\"next\":null}")));
        assertEquals(0, run("held"), this::errors);
        assertTrue(output().contains("eni-1   interface   2h  closed     df60caf3 ec2:isolate  sg-1"), output());
    }

    @Test
    void nodes_are_listed_with_what_their_sensors_cannot_see() {
        server.stubFor(
                get(urlEqualTo("/api/v1/nodes?state=reporting&limit=200")).willReturn(okJson("""
                {"items":[
                  {"node":"node-1","state":"reporting","version":"0.3.0","kernel":"5.10.0-32","lastSeen":"2026-03-01T11:59:00Z",
                   "rules":93,"lostEvents":0,"alerts":4,"limitations":[
                     {"code":"io_uring","description":"requests of io_uring are not captured"}]},
                  {"node":"node-2","state":"reporting","version":"0.3.0","kernel":"6.12.0","lastSeen":"2026-03-01T11:59:00Z",
                   "rules":93,"lostEvents":7,"alerts":0,"limitations":[]}],"next":null}
                """)));
        assertEquals(0, new NodesCommand(context()).run(List.of("--state", "reporting")), this::errors);
        assertTrue(
                output().contains("node-1  reporting    1m  0.3.0    5.10.0-32     93     0       4  io_uring"),
                output());
        assertTrue(output().contains("node-2  reporting    1m  0.3.0    6.12.0        93     7       0  -"), output());
        assertTrue(output().contains("io_uring: requests of io_uring are not captured (1 node)\n"), output());
    }

    @Test
    void the_token_of_each_role_is_printed() throws Exception {
        assertEquals(0, new TokenCommand(context()).run(List.of()));
        assertEquals("the-token-of-the-data-directory\n", output());
        assertEquals(3, new TokenCommand(context()).run(List.of("--viewer")));
        assertTrue(errors().contains(data.resolve("token-viewer").toString()), errors());
        Files.setPosixFilePermissions(data.resolve("token"), PosixFilePermissions.fromString("rw-r--r--"));
        assertEquals(2, new TokenCommand(context()).run(List.of()));
    }

    @Test
    void a_completion_script_knows_the_commands_and_their_options() {
        assertEquals(0, new CompletionCommand(context()).run(List.of("bash")));
        assertTrue(output().contains("_complete_tiercel"));
        assertTrue(output().contains("acknowledge"));
        assertTrue(output().contains("--priority"));
        assertEquals(2, new CompletionCommand(context()).run(List.of("tcsh")));
        assertTrue(errors().contains("not \"tcsh\""), errors());
    }

    @Test
    void the_version_is_printed_everywhere() {
        assertEquals(0, run("--version"));
        assertTrue(output().startsWith("tiercel "), output());
    }
}
