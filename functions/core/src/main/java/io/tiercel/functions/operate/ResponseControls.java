package io.tiercel.functions.operate;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.audit.AuditEntry;
import io.tiercel.functions.intake.SafeText;
import io.tiercel.functions.respond.guard.KillSwitchControl;
import io.tiercel.functions.respond.hold.HeldTargets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;

/** The operations on all responses: what they hold, and the kill switch. */
final class ResponseControls {
    private final OperatorStores stores;
    private final InstantSource clock;

    ResponseControls(OperatorStores stores, InstantSource clock) {
        this.stores = stores;
        this.clock = clock;
    }

    ObjectNode held(Arguments arguments) {
        HeldTargets.Page page = stores.held().page(arguments.text("cursor").orElse(null), arguments.number("limit"));
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        ArrayNode items = answer.putArray("items");
        for (HeldTargets.HeldTarget target : page.targets()) {
            Instant since = target.since();
            ObjectNode item = items.addObject()
                    .put("target", target.target())
                    .put("kind", target.kind())
                    .put("since", since == null ? null : since.toString())
                    .put("strictest", target.strictest());
            ArrayNode holders = item.putArray("holders");
            target.holders()
                    .forEach(hold ->
                            holders.addObject().put("incident", hold.incident()).put("action", hold.action()));
            item.put("restores", target.restores());
        }
        answer.put("next", page.next());
        return answer;
    }

    ObjectNode killSwitch() {
        return view(stores.killSwitch().state());
    }

    /** Setting a switch to its present position changes nothing. */
    ObjectNode setKillSwitch(Arguments arguments, Caller caller) {
        boolean on = arguments.bool("on").orElseThrow();
        KillSwitchControl.State present = stores.killSwitch().state();
        if (present.on() == on) {
            return view(present);
        }
        String reason = SafeText.oneLine(arguments.required("reason")).strip();
        Instant now = clock.instant();
        stores.audit()
                .append(AuditEntry.decision(
                        now,
                        caller.name(),
                        null,
                        on ? "stops all responses" : "permits responses again",
                        Map.of("reason", reason)));
        KillSwitchControl.State next = new KillSwitchControl.State(on, caller.name(), now, reason);
        stores.killSwitch().set(next);
        return view(next);
    }

    private static ObjectNode view(KillSwitchControl.State state) {
        Instant at = state.at();
        return JsonNodeFactory.instance
                .objectNode()
                .put("on", state.on())
                .put("by", state.by())
                .put("at", at == null ? null : at.toString())
                .put("reason", state.reason());
    }
}
