package io.tiercel.functions.respond.action;

import org.jspecify.annotations.Nullable;

/** Reads the prior states of parts that steps hold, also of parts of other actions. */
@FunctionalInterface
public interface PriorStateLookup {
    /**
     * Returns the prior state of a part, as JSON of its handler; null if no step holds the part.
     *
     * @param key the part, see {@link CapturedPart#key}
     * @throws ActionException if the state cannot be read
     */
    @Nullable
    String find(String key);
}
