package io.tiercel.sensor.detect;

import io.tiercel.rules.engine.RuleEngine;
import io.tiercel.rules.load.Problem;

/** What came of loading rules anew, for the thread that evaluates events to act on. */
public sealed interface RuleReload {
    /**
     * Rules to go on with.
     *
     * @param rules made by another thread, which has let go of them
     */
    record Loaded(RuleEngine rules) implements RuleReload {}

    /**
     * Rules that cannot be used: those before stay.
     *
     * @param problem the most important error
     * @param errors how many there are, at least 1
     */
    record Refused(Problem problem, int errors) implements RuleReload {}
}
