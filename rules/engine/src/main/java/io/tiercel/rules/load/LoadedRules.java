package io.tiercel.rules.load;

import io.tiercel.rules.check.FieldTable;
import io.tiercel.rules.engine.Rule;
import java.util.List;

/**
 * A set of rules that is ready for evaluation.
 *
 * @param rules enabled and disabled rules in the order of their first definition
 * @param fields field references and shared subexpressions of the rules
 */
public record LoadedRules(List<Rule> rules, FieldTable fields) {
    public LoadedRules {
        rules = List.copyOf(rules);
    }
}
