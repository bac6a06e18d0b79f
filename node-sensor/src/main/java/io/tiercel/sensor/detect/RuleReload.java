package io.tiercel.sensor.detect;

import io.tiercel.rules.engine.RuleEngine;
import io.tiercel.rules.load.Problem;

/** The result of reloading the rules. */
public sealed interface RuleReload {
    /**
     * The rules were loaded.
     *
     * @param rules engine that the loading thread no longer uses
     * @param digest digest of the rule files
     */
    record Loaded(RuleEngine rules, String digest) implements RuleReload {}

    /**
     * The rules are invalid, and the previous ones stay active.
     *
     * @param problem most important error
     * @param errors number of errors, at least 1
     */
    record Rejected(Problem problem, int errors) implements RuleReload {}
}
