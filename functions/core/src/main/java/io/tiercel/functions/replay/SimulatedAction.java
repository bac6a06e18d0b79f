package io.tiercel.functions.replay;

import io.tiercel.functions.respond.action.ActionContext;
import io.tiercel.functions.respond.action.ActionHandler;
import io.tiercel.functions.respond.action.ActionKind;
import io.tiercel.functions.respond.action.ActionResult;
import io.tiercel.functions.respond.action.CapturedState;
import io.tiercel.functions.respond.action.HeldParts;
import io.tiercel.functions.respond.action.TargetFacts;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Simulates every action: the target exists, has no tags and labels, and every call succeeds. */
final class SimulatedAction implements ActionHandler {
    static Map<ActionKind, ActionHandler> all() {
        EnumMap<ActionKind, ActionHandler> handlers = new EnumMap<>(ActionKind.class);
        for (ActionKind kind : ActionKind.values()) {
            handlers.put(kind, new SimulatedAction());
        }
        return handlers;
    }

    @Override
    public CapturedState capture(ActionContext work) {
        return new CapturedState(List.of(), new TargetFacts(Map.of(), Map.of(), "unknown"));
    }

    @Override
    public List<String> preview(ActionContext work) {
        return List.of();
    }

    @Override
    public ActionResult apply(ActionContext work, HeldParts parts) {
        return ActionResult.done(List.of());
    }

    @Override
    public ActionResult release(ActionContext work, HeldParts parts) {
        return ActionResult.done(List.of());
    }
}
