package io.tiercel.functions.respond.plan;

import io.tiercel.functions.json.Json;
import io.tiercel.functions.respond.action.CapturedPart;
import io.tiercel.functions.respond.action.CapturedState;
import io.tiercel.functions.respond.action.HeldPart;
import io.tiercel.functions.respond.action.HeldParts;
import java.util.List;

/** The parts of a step, stored with the step. */
record StoredParts(List<CapturedPart> captured) implements HeldParts {
    StoredParts(String document) {
        this(CapturedState.parse(document, StoredParts.class).captured());
    }

    static String write(CapturedState state) {
        return Json.write(new StoredParts(state.parts()));
    }

    @Override
    public List<HeldPart> all() {
        return captured.stream()
                .map(part -> new HeldPart(part.key(), part.prior(), null, part.wish(), List.of()))
                .toList();
    }

    @Override
    public void record(String key, String written, boolean exposed) {}
}
