package io.tiercel.rules.engine;

/** The number of rules that can match one event. */
public enum RuleMatching {
    /** Only the first matching rule in the order of definition. */
    FIRST,
    /** All matching rules in the order of definition. */
    ALL
}
