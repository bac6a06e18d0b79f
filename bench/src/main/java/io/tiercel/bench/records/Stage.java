package io.tiercel.bench.records;

/** How far the benchmark processes a record. Each stage includes the ones before it. */
public enum Stage {
    /** Reads and checks the record in place. */
    DECODE,
    /** Requests lookups, applies the record to the state, and moves the event to it. */
    STATE,
    /** Evaluates all rules on records that no rule matches. */
    RULES,
    /** The rules, without alerts, on records that a rule matches. */
    MATCH,
    /** Same, and creates the alerts. */
    ALERT
}
