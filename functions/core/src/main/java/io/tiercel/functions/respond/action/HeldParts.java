package io.tiercel.functions.respond.action;

import java.util.List;

/**
 * The parts of a target that a step holds. The process that has this object is the only one that may change them: other steps on
 * the same parts wait.
 */
public interface HeldParts {
    /** Returns all parts of the step, in the order in which they were captured. */
    List<HeldPart> all();

    /**
     * Durably stores what a call is about to set. Call it before the first write to a part, and again before a write that sets
     * something else. Drift is judged by it.
     *
     * @param key the part
     * @param written the intended state, as JSON; at most {@link CapturedPart#MAX_REQUEST} characters
     * @param exposed whether the part is open to more traffic than before until the next call of this method, because the write
     *     begins the open hop. As long as it is stored as true, a metric raises an alarm
     */
    void record(String key, String written, boolean exposed);

    /** Returns a part. */
    default HeldPart part(String key) {
        return all().stream()
                .filter(part -> part.key().equals(key))
                .findFirst()
                .orElseThrow(() -> ActionException.permanent("the step does not hold " + key));
    }

    /** Returns the part of an action that has exactly one. */
    default HeldPart only() {
        return all().getFirst();
    }
}
