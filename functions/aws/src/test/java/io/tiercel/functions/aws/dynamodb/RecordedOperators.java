package io.tiercel.functions.aws.dynamodb;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.audit.anchor.InMemoryAnchorStore;
import io.tiercel.functions.aws.Moto;
import io.tiercel.functions.aws.ParameterKillSwitch;
import io.tiercel.functions.notification.silence.ActiveSilences;
import io.tiercel.functions.notification.silence.Silences;
import io.tiercel.functions.operate.Caller;
import io.tiercel.functions.operate.NodePages;
import io.tiercel.functions.operate.OperatorAnswer;
import io.tiercel.functions.operate.OperatorRequest;
import io.tiercel.functions.operate.OperatorRole;
import io.tiercel.functions.operate.OperatorService;
import io.tiercel.functions.operate.OperatorServices;
import io.tiercel.functions.operate.OperatorStores;
import io.tiercel.functions.planning.PlanPreview;
import io.tiercel.functions.respond.Planner;
import io.tiercel.functions.respond.Responder;
import io.tiercel.functions.respond.hold.HeldTargets;
import io.tiercel.functions.respond.plan.PlanStore;
import io.tiercel.functions.respond.policy.Policies;
import io.tiercel.functions.stage.IncidentCloser;
import io.tiercel.functions.stage.ScheduledAuditMaintenance;
import java.time.InstantSource;
import java.util.List;
import software.amazon.awssdk.services.ssm.SsmClient;
import software.amazon.awssdk.services.ssm.model.ParameterType;

/** Runs the operations of operators over DynamoDB stores. */
final class RecordedOperators {
    private static final String KILL_SWITCH = "/tiercel/kill-switch";
    private static final Caller OPERATOR =
            new Caller("arn:aws:sts::123456789012:assumed-role/responders/alice", OperatorRole.RESPONDER);

    private final Moto moto;
    private final InstantSource clock;

    RecordedOperators(Moto moto, InstantSource clock) {
        this.moto = moto;
        this.clock = clock;
        try (SsmClient ssm = moto.connection().client(SsmClient.builder())) {
            ssm.putParameter(put -> put.name(KILL_SWITCH)
                    .value("off")
                    .type(ParameterType.STRING)
                    .overwrite(true));
        }
    }

    private OperatorService service(DynamoDbStores stores, Responder responder) {
        PlanStore plans = new PlanStore(stores.state());
        ActiveSilences silences = new ActiveSilences(List.of(), stores.state(), clock, _ -> {});
        ScheduledAuditMaintenance maintenance = new ScheduledAuditMaintenance(
                stores.auditSource(), new InMemoryAnchorStore(), stores.state(), true, clock, _ -> {}, _ -> {});
        return new OperatorService(
                new OperatorStores(
                        stores.incidentPages(),
                        stores.incidentNotes(),
                        stores.notifications(),
                        stores.audit(),
                        stores.auditPages(),
                        plans,
                        new HeldTargets(stores.holdPages(), plans::action),
                        new ParameterKillSwitch(moto.connection(), KILL_SWITCH, stores.state()),
                        NodePages.NONE),
                new OperatorServices(
                        responder,
                        new IncidentCloser(stores.incidents(), stores.audit(), (_, _) -> {}, clock),
                        (_, _) -> {},
                        new Silences(silences, stores.audit(), (_, _) -> {}, clock),
                        silences,
                        new PlanPreview(new Planner(Policies::defaults)),
                        maintenance::results),
                clock);
    }

    private static JsonNode call(OperatorService service, String operation, ObjectNode arguments) {
        OperatorAnswer answer = service.call(new OperatorRequest(operation, arguments), OPERATOR);
        if (!answer.ok()) {
            throw new AssertionError(operation + ": " + answer);
        }
        return answer.body();
    }

    private static ObjectNode arguments() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** Returns the arguments of a change of the incident as it is. */
    private static ObjectNode current(OperatorService service, String incident) {
        JsonNode detail = call(service, "show-incident", arguments().put("id", incident));
        return arguments()
                .put("id", incident)
                .put("version", detail.path("version").asText());
    }

    /** Makes every change. */
    void change(DynamoDbStores stores, Responder responder, String incident) {
        OperatorService service = service(stores, responder);
        call(service, "acknowledge-incident", current(service, incident));
        call(service, "assign-incident", current(service, incident).put("to", "Alice"));
        call(service, "assign-incident", current(service, incident).put("to", ""));
        call(service, "comment-incident", arguments().put("id", incident).put("text", "looks like a drill"));
        JsonNode silence = call(
                service,
                "create-silence",
                arguments().put("condition", "rule=x").put("reason", "drill").put("for", "1h"));
        call(
                service,
                "end-silence",
                arguments().put("id", silence.at("/silence/id").asText()));
        call(service, "set-kill-switch", arguments().put("on", true).put("reason", "drill"));
        call(service, "set-kill-switch", arguments().put("on", false).put("reason", "end of the drill"));
        JsonNode plan =
                call(service, "show-incident", arguments().put("id", incident)).path("plan");
        call(
                service,
                "approve-response",
                current(service, incident).put("plan", plan.path("id").asText()));
        call(service, "release-response", current(service, incident));
        call(service, "close-incident", current(service, incident));
    }

    /** Reads everything. */
    void read(DynamoDbStores stores, Responder responder, String incident) {
        OperatorService service = service(stores, responder);
        for (String operation : List.of(
                "list-incidents",
                "list-silences",
                "list-held",
                "show-kill-switch",
                "statistics",
                "list-nodes",
                "list-rules",
                "list-audit",
                "show-operator")) {
            call(service, operation, arguments());
        }
        call(
                service,
                "list-incidents",
                arguments().put("state", "all").put("text", "etc").put("limit", 1));
        call(service, "show-incident", arguments().put("id", incident.substring(0, 8)));
        call(service, "list-audit", arguments().put("incident", incident));
    }
}
