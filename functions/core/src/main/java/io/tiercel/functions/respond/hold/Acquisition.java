package io.tiercel.functions.respond.hold;

import java.util.List;

/** The result of asking for the parts of a step. */
public sealed interface Acquisition {
    /**
     * The step holds the parts, and this process is the only one that may change them.
     *
     * @param parts the parts; call one of its methods to unlock them
     * @param problems each part that the step cannot hold, as a message for operators
     */
    record Held(LockedParts parts, List<String> problems) implements Acquisition {
        public Held {
            problems = List.copyOf(problems);
        }
    }

    /**
     * Another process works on one of the parts. The step holds nothing that it did not hold before; try again soon.
     *
     * @param key the part
     */
    record Busy(String key) implements Acquisition {}

    /**
     * The step can hold none of the parts.
     *
     * @param problems why, as messages for operators
     */
    record Refused(List<String> problems) implements Acquisition {
        public Refused {
            problems = List.copyOf(problems);
        }
    }
}
