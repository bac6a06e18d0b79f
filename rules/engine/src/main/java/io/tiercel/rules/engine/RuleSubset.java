package io.tiercel.rules.engine;

import io.tiercel.rules.compile.RuleProgram;
import io.tiercel.rules.event.Event;

/** Some of an engine's rules, evaluated as the engine does; for one thread. */
public final class RuleSubset {
    private final Rule[] rules;
    private final RuleProgram program;
    private final RuleMatching matching;

    /** @param program of these rules, in their order */
    RuleSubset(Rule[] rules, RuleProgram program, RuleMatching matching) {
        this.rules = rules;
        this.program = program;
        this.matching = matching;
    }

    /** Tells the sink which of the rules match the event: the first one, or all in their order. */
    public void evaluate(Event event, MatchSink sink) {
        int number = program.first(event);
        while (number != RuleProgram.NONE) {
            sink.matched(rules[number], event);
            number = matching == RuleMatching.FIRST ? RuleProgram.NONE : program.next(event, number);
        }
    }
}
