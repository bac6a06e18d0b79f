package io.tiercel.sensor.prefilter;

import io.tiercel.rules.engine.RuleEngine;
import java.util.List;
import java.util.Set;

/** Rules with their engine, the rules of each disjunct and the kernel model. */
record CompiledRules(
        List<String> conditions,
        RuleEngine engine,
        DisjunctRules disjunctRules,
        ProcessConditions processConditions,
        KernelPrefilterModel kernel) {
    /**
     * Compiles rules.
     *
     * @param types the event types of the kernel model. They include types that are never dropped, so that their masks are tested too
     */
    static CompiledRules of(List<String> conditions, Set<String> types) {
        RuleEngine engine = PrefilterPropertiesTest.engine(conditions);
        Prefilter prefilter = Prefilter.of(engine);
        List<EventTypePrefilter> modelled = prefilter.types().values().stream()
                .filter(type -> types.contains(type.type()))
                .toList();
        return new CompiledRules(
                conditions,
                engine,
                prefilter.disjunctRules(),
                prefilter.processConditions(),
                new KernelPrefilterModel(new PrefilterEncoder(prefilter.evaluator(), modelled).encode()));
    }
}
