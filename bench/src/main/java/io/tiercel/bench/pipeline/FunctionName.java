package io.tiercel.bench.pipeline;

/** The functions that run without a person. */
public enum FunctionName {
    ENRICH,
    DEDUPLICATE,
    RESPOND,
    NOTIFY,
    SWEEP
}
