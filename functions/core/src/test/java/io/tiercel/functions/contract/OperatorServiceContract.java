package io.tiercel.functions.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.incident.IncidentRule;
import io.tiercel.functions.notification.silence.ActiveSilences;
import io.tiercel.functions.notification.silence.Silences;
import io.tiercel.functions.operate.Caller;
import io.tiercel.functions.operate.NodePages;
import io.tiercel.functions.operate.Operation;
import io.tiercel.functions.operate.Operations;
import io.tiercel.functions.operate.OperatorAnswer;
import io.tiercel.functions.operate.OperatorApi;
import io.tiercel.functions.operate.OperatorRequest;
import io.tiercel.functions.operate.OperatorRole;
import io.tiercel.functions.operate.OperatorService;
import io.tiercel.functions.operate.OperatorServices;
import io.tiercel.functions.operate.OperatorStores;
import io.tiercel.functions.operate.Parameter;
import io.tiercel.functions.planning.PlanPreview;
import io.tiercel.functions.respond.ApprovalOutcome;
import io.tiercel.functions.respond.PlanStep;
import io.tiercel.functions.respond.Planner;
import io.tiercel.functions.respond.ReleaseOutcome;
import io.tiercel.functions.respond.Responder;
import io.tiercel.functions.respond.ResponsePlan;
import io.tiercel.functions.respond.StepState;
import io.tiercel.functions.respond.guard.KillSwitchControl;
import io.tiercel.functions.respond.hold.HeldTargets;
import io.tiercel.functions.stage.AuditStatus;
import io.tiercel.functions.stage.IncidentCloser;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The behaviour of {@link OperatorService} over a database. */
public abstract class OperatorServiceContract extends StoreContract {
    private static final Caller VIEWER = new Caller("http:vera", OperatorRole.VIEWER);
    private static final Caller ADA = new Caller("http:ada", OperatorRole.RESPONDER);

    private final Map<String, ResponsePlan> plans = new HashMap<>();
    private final List<String> responses = new ArrayList<>();
    private final MemorySwitch killSwitch = new MemorySwitch();
    private AuditStatus auditStatus = new AuditStatus(null, null, 0, List.of());

    @SuppressWarnings("NullAway.Init")
    private OperatorApi api;

    private static final class MemorySwitch implements KillSwitchControl {
        private State state = new State(false, null, null, null);

        @Override
        public State state() {
            return state;
        }

        @Override
        public void set(State next) {
            state = next;
        }
    }

    private final class RecordingResponder implements Responder {
        @Override
        public void respond(String incidentId) {}

        @Override
        public ApprovalOutcome approve(String incidentId, String planId, String by) {
            responses.add("approve " + planId + " " + by);
            return new ApprovalOutcome.Approved();
        }

        @Override
        public ReleaseOutcome release(String incidentId, String by) {
            responses.add("release " + by);
            return ReleaseOutcome.REQUESTED;
        }

        @Override
        public void sweep() {}
    }

    @BeforeEach
    void createService() {
        ActiveSilences active = new ActiveSilences(List.of(), stores.state(), () -> now, _ -> {});
        api = new OperatorService(
                new OperatorStores(
                        stores.incidentPages(),
                        stores.incidentNotes(),
                        stores.notifications(),
                        stores.audit(),
                        stores.auditPages(),
                        id -> Optional.ofNullable(plans.get(id)),
                        new HeldTargets(stores.holdPages(), (_, _) -> Optional.empty()),
                        killSwitch,
                        NodePages.NONE),
                new OperatorServices(
                        new RecordingResponder(),
                        new IncidentCloser(stores.incidents(), stores.audit(), (_, _) -> {}, () -> now),
                        (_, _) -> {},
                        new Silences(active, stores.audit(), null, () -> now),
                        active,
                        new PlanPreview(Planner.withDefaultPolicies()),
                        () -> auditStatus),
                () -> now);
    }

    private String open(String rule) {
        return stores.incidents()
                .record(Alerts.incidentAlert(rule + now, rule, "Notice", now), IncidentRule.DEFAULT.maxOpen())
                .incidentId();
    }

    private static ObjectNode arguments(@Nullable Object... namesAndValues) {
        ObjectNode arguments = JsonNodeFactory.instance.objectNode();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            Object value = namesAndValues[i + 1];
            switch (value) {
                case Integer number -> arguments.put(String.valueOf(namesAndValues[i]), number);
                case Boolean flag -> arguments.put(String.valueOf(namesAndValues[i]), flag);
                case null -> arguments.putNull(String.valueOf(namesAndValues[i]));
                default -> arguments.put(String.valueOf(namesAndValues[i]), value.toString());
            }
        }
        return arguments;
    }

    private OperatorAnswer call(Caller caller, String operation, @Nullable Object... namesAndValues) {
        OperatorAnswer answer = api.call(new OperatorRequest(operation, arguments(namesAndValues)), caller);
        String schema = answer.ok() ? Operations.find(operation).orElseThrow().answer() : "Problem";
        assertEquals(List.of(), AnswerSchemas.errors(schema, answer.body()), operation);
        if (!answer.ok()) {
            assertEquals(answer.status(), answer.body().path("status").intValue());
        }
        return answer;
    }

    private JsonNode ok(String operation, @Nullable Object... namesAndValues) {
        OperatorAnswer answer = call(ADA, operation, namesAndValues);
        assertEquals(200, answer.status(), answer.body().toString());
        return answer.body();
    }

    private String version(String id) {
        return ok("show-incident", "id", id).path("version").textValue();
    }

    private long auditEntries(String id) {
        return stores.audit().entriesFor(id, 100).size();
    }

    private static void assertProblem(int status, String type, OperatorAnswer answer) {
        assertEquals(status, answer.status(), answer.body().toString());
        assertEquals(type, answer.body().path("type").textValue());
    }

    @Test
    void a_viewer_may_call_all_operations_that_read_and_no_others() {
        for (Operation operation : Operations.ALL) {
            OperatorAnswer answer =
                    api.call(new OperatorRequest(operation.name(), JsonNodeFactory.instance.objectNode()), VIEWER);
            assertEquals(!operation.method().equals("GET"), answer.status() == 403, operation.name());
            assertEquals(operation.changes(), answer.status() == 403, operation.name());
        }
    }

    @Test
    void every_operation_checks_every_argument() {
        String id = open("rule");
        for (Operation operation : Operations.ALL) {
            OperatorAnswer unknown = call(ADA, operation.name(), "offset", "1");
            assertEquals(400, unknown.status(), operation.name());
            assertEquals("offset", unknown.body().at("/errors/0/parameter").textValue());
            for (Parameter parameter : operation.parameters()) {
                assertTrue(
                        unknown.body().path("detail").textValue().contains(parameter.name()),
                        operation.name() + " names " + parameter.name());
                for (JsonNode wrong : List.of(
                        JsonNodeFactory.instance.objectNode(),
                        JsonNodeFactory.instance.arrayNode(),
                        JsonNodeFactory.instance.textNode("\u0000".repeat(3_000)))) {
                    ObjectNode arguments = JsonNodeFactory.instance.objectNode();
                    arguments.set(parameter.name(), wrong);
                    OperatorAnswer answer = api.call(new OperatorRequest(operation.name(), arguments), ADA);
                    String name = operation.name() + " " + parameter.name();
                    assertEquals(400, answer.status(), name);
                    assertTrue(answer.body().path("errors").toString().contains("\"" + parameter.name() + "\""), name);
                }
            }
        }
        OperatorAnswer state = call(ADA, "list-incidents", "state", "opened");
        assertEquals(
                "state must be one of active, open, escalated, closed, all",
                state.body().at("/errors/0/detail").textValue());
        assertEquals(400, call(ADA, "list-incidents", "limit", 201).status());
        assertEquals(400, call(ADA, "list-incidents", "cursor", "x").status());
        assertEquals(400, call(ADA, "close-incident", "id", id).status(), "without the version");
        assertEquals(
                400, api.call(new OperatorRequest("no-such", arguments()), ADA).status());
    }

    @Test
    void incidents_are_found_by_unique_beginnings_of_their_ids() {
        String id = open("rule");
        assertEquals(
                id, ok("show-incident", "id", id.substring(0, 6)).path("id").textValue());
        assertEquals(
                id,
                ok("show-incident", "id", id.toUpperCase(java.util.Locale.ROOT))
                        .path("id")
                        .textValue());
        String other = (id.charAt(0) == '0' ? "1" : "0") + id.substring(1);
        assertProblem(404, "tiercel:unknown-incident", call(ADA, "show-incident", "id", other));
        assertProblem(404, "tiercel:unknown-incident", call(ADA, "show-incident", "id", other.substring(0, 8)));
        assertEquals(400, call(ADA, "show-incident", "id", id.substring(0, 5)).status());
    }

    @Test
    void an_acknowledgement_is_attributed_audited_and_idempotent() {
        String id = open("rule");
        String version = version(id);
        long before = auditEntries(id);
        JsonNode answer = ok("acknowledge-incident", "id", id, "version", version);
        assertEquals("http:ada", answer.at("/incident/acknowledgedBy").textValue());
        assertEquals(version, answer.at("/incident/version").textValue());
        assertEquals(answer, ok("acknowledge-incident", "id", id, "version", version));
        assertEquals(before + 1, auditEntries(id));
        assertEquals(1, ok("list-incidents", "acknowledged", true).path("items").size());
        assertEquals(
                0, ok("list-incidents", "acknowledged", "false").path("items").size());
        Caller bob = new Caller("http:bob", OperatorRole.RESPONDER);
        assertEquals(
                "already acknowledged by http:ada",
                call(bob, "acknowledge-incident", "id", id, "version", version)
                        .body()
                        .path("outcome")
                        .textValue());
    }

    @Test
    void a_change_needs_the_present_version() {
        String id = open("rule");
        String version = version(id);
        open("rule");
        assertEquals(version, version(id), "alerts do not change it");
        assertEquals(
                "closed",
                ok("close-incident", "id", id, "version", version)
                        .path("outcome")
                        .textValue());
        assertEquals(
                "already closed",
                ok("close-incident", "id", id, "version", version)
                        .path("outcome")
                        .textValue());
        OperatorAnswer stale = call(ADA, "acknowledge-incident", "id", id, "version", version);
        assertProblem(409, "tiercel:stale", stale);
        assertEquals("closed", stale.body().at("/incident/state").textValue());
        now = now.plusSeconds(60);
        open("rule");
        assertProblem(409, "tiercel:stale", call(ADA, "close-incident", "id", id, "version", version));
        assertEquals("open", ok("show-incident", "id", id).path("state").textValue());
    }

    @Test
    void a_response_that_goes_on_rejects_no_acknowledgement_and_no_assignment() {
        String id = open("rule");
        plans.put(id, plan("p1", StepState.PLANNED, null));
        String version = version(id);
        plans.put(id, plan("p1", StepState.APPLIED, null));
        ok("acknowledge-incident", "id", id, "version", version);
        ok("assign-incident", "id", id, "version", version, "to", "Grace");
        assertProblem(409, "tiercel:stale", call(ADA, "close-incident", "id", id, "version", version));
        ok("close-incident", "id", id, "version", version(id));
        assertProblem(409, "tiercel:stale", call(ADA, "assign-incident", "id", id, "version", version, "to", "Bob"));
        assertProblem(409, "tiercel:stale", call(ADA, "acknowledge-incident", "id", id, "version", version));
        assertProblem(409, "tiercel:stale", call(ADA, "acknowledge-incident", "id", id, "version", "0"));
    }

    @Test
    void a_plan_is_approved_once_and_only_as_it_was_seen() {
        String id = open("rule");
        plans.put(id, plan("p1", StepState.WAITING, null));
        String version = version(id);
        assertTrue(ok("show-incident", "id", id).at("/plan/approvable").booleanValue());
        assertEquals("waiting", ok("list-incidents").at("/items/0/response").textValue());
        assertProblem(409, "tiercel:stale", call(ADA, "approve-response", "id", id, "version", version, "plan", "p0"));
        assertProblem(409, "tiercel:stale", call(ADA, "approve-response", "id", id, "version", "x", "plan", "p1"));
        assertEquals(List.of(), responses);
        ok("approve-response", "id", id, "version", version, "plan", "p1", "reason", "seen\u202e it");
        assertEquals(List.of("approve p1 http:ada"), responses);
        plans.put(id, plan("p1", StepState.APPLIED, "http:ada"));
        assertEquals(
                "already approved",
                ok("approve-response", "id", id, "version", version, "plan", "p1")
                        .path("outcome")
                        .textValue());
        assertEquals(1, responses.size());
        assertProblem(409, "tiercel:stale", call(ADA, "release-response", "id", id, "version", version));
        ok("release-response", "id", id, "version", version(id));
        plans.put(id, plan("p1", StepState.RELEASED, "http:ada"));
        assertEquals(
                "already released",
                ok("release-response", "id", id, "version", version)
                        .path("outcome")
                        .textValue());
        assertEquals(List.of("approve p1 http:ada", "release http:ada"), responses);
        plans.remove(id);
        assertProblem(409, "tiercel:not-possible", call(ADA, "release-response", "id", id, "version", version(id)));
    }

    private static ResponsePlan plan(String id, StepState state, @Nullable String by) {
        PlanStep step = new PlanStep(
                "k8s:isolate-pod",
                "pod a/b",
                "Policy",
                state,
                "why",
                List.of("note", PlanStep.ON_RELEASE + "labels return"),
                null,
                by,
                "approve",
                state != StepState.RELEASED);
        return new ResponsePlan("approve", List.of(step), id);
    }

    @Test
    void comments_and_assignments_are_shown() {
        String id = open("rule");
        String version = version(id);
        ok("comment-incident", "id", id, "text", "first\nline");
        ok("comment-incident", "id", id, "text", "first\nline");
        ok("assign-incident", "id", id, "version", version, "to", " Grace\u202e ");
        JsonNode shown = ok("show-incident", "id", id);
        assertEquals(1, shown.path("comments").size());
        assertEquals("first\nline", shown.at("/comments/0/text").textValue());
        assertEquals("Grace\ufffd", shown.path("assignedTo").textValue());
        assertFalse(shown.path("audit").toString().contains("first"), "the log has no text that must be erased");
        ok("assign-incident", "id", id, "version", version, "to", "");
        assertTrue(ok("show-incident", "id", id).path("assignedTo").isNull());
        assertEquals(400, call(ADA, "comment-incident", "id", id, "text", " \n").status());
    }

    @Test
    void silences_are_created_shown_and_ended() {
        String id = open("rule");
        assertEquals(
                400,
                call(ADA, "create-silence", "condition", "x", "reason", "r", "for", "1h")
                        .status());
        assertEquals(
                400,
                call(ADA, "create-silence", "condition", "incident.rule = \"rule\"", "reason", "r")
                        .status(),
                "without an end");
        JsonNode created =
                ok("create-silence", "condition", "incident.rule = \"rule\"", "reason", "known", "for", "2h");
        String silence = created.at("/silence/id").textValue();
        assertTrue(ok("list-incidents").at("/items/0/silenced").booleanValue());
        assertEquals(silence, ok("show-incident", "id", id).at("/silencedBy/id").textValue());
        assertEquals(1, ok("list-silences").path("items").size());
        ok("end-silence", "id", silence);
        assertEquals(0, ok("list-silences").path("items").size());
        assertProblem(404, "tiercel:unknown-silence", call(ADA, "end-silence", "id", silence));
        assertFalse(ok("list-incidents").at("/items/0/silenced").booleanValue());
    }

    @Test
    void the_kill_switch_is_set_once_and_audited() {
        assertFalse(ok("show-kill-switch").path("on").booleanValue());
        JsonNode on = ok("set-kill-switch", "on", true, "reason", "test");
        assertEquals("http:ada", on.path("by").textValue());
        assertEquals(on, ok("set-kill-switch", "on", "true", "reason", "again"));
        assertEquals(on, ok("show-kill-switch"));
        JsonNode audit = ok("list-audit", "by", "http:ada").path("items");
        assertEquals(1, audit.size());
        assertEquals("stops all responses", audit.at("/0/action").textValue());
    }

    @Test
    void statistics_and_rules_count_incidents() {
        String id = open("rule");
        open("other");
        plans.put(id, plan("p1", StepState.WAITING, null));
        JsonNode statistics = ok("statistics");
        assertEquals(2, statistics.path("open").intValue());
        assertEquals(2, statistics.path("unacknowledged").intValue());
        assertEquals(1, statistics.path("waitingForApproval").intValue());
        assertEquals(2, statistics.at("/byPriority/notice").intValue());
        assertEquals(2, ok("list-rules").path("items").size());
        assertTrue(ok("list-rules").at("/items/0/suggestedException").isNull(), "few alerts need no exception");
        for (int i = 0; i < 12; i++) {
            stores.incidents()
                    .record(Alerts.incidentAlert("noise" + i, "Noise", "Notice", now), IncidentRule.DEFAULT.maxOpen());
        }
        String suggested = ok("list-rules").at("/items/0/suggestedException").asText();
        assertTrue(suggested.contains("fields: [proc.exepath]") && suggested.contains("/usr/bin/cat"), suggested);
        assertEquals(0, ok("list-nodes").path("items").size());
        assertEquals("responder", ok("show-operator").path("role").textValue());
        assertEquals(0, ok("list-held").path("items").size());
    }

    @Test
    void audit_entries_show_whether_an_anchor_covers_them() {
        String id = open("rule");
        ok("comment-incident", "id", id, "text", "a");
        assertEquals(
                "not-yet-anchored",
                ok("list-audit", "incident", id.substring(0, 8))
                        .at("/items/0/verification")
                        .textValue());
        auditStatus = new AuditStatus(now.plusSeconds(1), now.plusSeconds(2), 0, List.of());
        assertEquals("anchored", ok("list-audit").at("/items/0/verification").textValue());
        auditStatus = new AuditStatus(
                now.plusSeconds(1), now.plusSeconds(2), 1, List.of("chain " + id + ", entry 1: changed"));
        JsonNode damaged = ok("list-audit");
        assertEquals("damaged", damaged.at("/items/0/verification").textValue());
        assertEquals(1, damaged.at("/verification/findings").intValue());
        assertNotEquals(200, call(ADA, "list-audit", "incident", "0".repeat(24)).status());
    }

    @Test
    void pages_of_a_list_continue_with_the_cursor() {
        for (int i = 0; i < 5; i++) {
            open("rule " + i);
        }
        List<String> ids = new ArrayList<>();
        JsonNode page = ok("list-incidents", "limit", 2);
        page.path("items").forEach(item -> ids.add(item.path("id").textValue()));
        while (!page.path("next").isNull()) {
            page = ok("list-incidents", "limit", 2, "cursor", page.path("next").textValue());
            page.path("items").forEach(item -> ids.add(item.path("id").textValue()));
        }
        assertEquals(5, ids.stream().distinct().count());
        assertEquals(5, ids.size());
    }
}
