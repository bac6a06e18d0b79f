package io.tiercel.functions.replay;

import io.tiercel.functions.respond.action.ActionKind;
import io.tiercel.functions.respond.action.Captured;
import io.tiercel.functions.respond.action.Outcome;
import io.tiercel.functions.respond.action.Remedy;
import io.tiercel.functions.respond.action.TargetFacts;
import io.tiercel.functions.respond.action.Work;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Stands in for every action: its target is there, has no tags and labels, and everything succeeds. */
final class SimulatedAction implements Remedy {
    static Map<ActionKind, Remedy> all() {
        EnumMap<ActionKind, Remedy> remedies = new EnumMap<>(ActionKind.class);
        for (ActionKind kind : ActionKind.values()) {
            remedies.put(kind, new SimulatedAction());
        }
        return remedies;
    }

    @Override
    public Captured capture(Work work) {
        return new Captured("{}", new TargetFacts(Map.of(), Map.of(), "unknown"));
    }

    @Override
    public List<String> preview(Work work) {
        return List.of();
    }

    @Override
    public Outcome apply(Work work, String prior) {
        return Outcome.done(List.of());
    }

    @Override
    public Outcome release(Work work, String prior) {
        return Outcome.done(List.of());
    }
}
