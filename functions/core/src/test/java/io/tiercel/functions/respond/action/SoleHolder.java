package io.tiercel.functions.respond.action;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Parts that no other step holds, for tests of single actions. */
public final class SoleHolder implements HeldParts {
    /** The parts that are recorded as exposed. */
    public final Set<String> exposed = new HashSet<>();

    private final List<CapturedPart> parts;
    private final Map<String, String> written = new HashMap<>();

    private SoleHolder(List<CapturedPart> parts) {
        this.parts = parts;
    }

    /** Returns the parts of a captured state. */
    public static SoleHolder of(CapturedState state) {
        return new SoleHolder(state.parts());
    }

    @Override
    public List<HeldPart> all() {
        return parts.stream()
                .map(part -> new HeldPart(part.key(), part.prior(), written.get(part.key()), part.request(), List.of()))
                .toList();
    }

    @Override
    public void record(String key, String state, boolean isExposed) {
        written.put(key, state);
        if (isExposed) {
            exposed.add(key);
        } else {
            exposed.remove(key);
        }
    }
}
