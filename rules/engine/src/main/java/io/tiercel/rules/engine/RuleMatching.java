package io.tiercel.rules.engine;

/** How many rules may match one event. */
public enum RuleMatching {
    /** The first in the order of definition. */
    FIRST,
    /** Every one, in that order. */
    ALL
}
