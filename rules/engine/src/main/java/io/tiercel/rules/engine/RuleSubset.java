package io.tiercel.rules.engine;

import io.tiercel.rules.compile.RuleProgram;
import io.tiercel.rules.event.Event;

/** A subset of the rules of an engine, with the same evaluation. Instances are not thread-safe. */
public final class RuleSubset {
    private final Rule[] rules;
    private final RuleProgram program;
    private final RuleMatching matching;

    /** @param program program of these rules, in the same order */
    RuleSubset(Rule[] rules, RuleProgram program, RuleMatching matching) {
        this.rules = rules;
        this.program = program;
        this.matching = matching;
    }

    /** Calls the sink for the rules of the subset that match the event: the first one, or all in order. */
    public void evaluate(Event event, MatchSink sink) {
        int number = program.first(event);
        while (number != RuleProgram.NONE) {
            sink.matched(rules[number], event);
            number = matching == RuleMatching.FIRST ? RuleProgram.NONE : program.next(event, number);
        }
    }
}
