package io.tiercel.rules.load;

import io.tiercel.rules.check.FieldTable;
import io.tiercel.rules.engine.Rule;
import java.util.List;

/**
 * The rules of a collection, ready to be evaluated.
 *
 * @param rules in order of first definition, also disabled ones
 * @param fields what their conditions and outputs have in common
 */
public record LoadedRules(List<Rule> rules, FieldTable fields) {
    public LoadedRules {
        rules = List.copyOf(rules);
    }
}
