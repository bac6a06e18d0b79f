package io.tiercel.rules.load;

/** Codes of load errors and warnings, with the same names as in Falco. Falco has no {@link #LOAD_UNDELIVERABLE_ALERTS}. */
public enum LoadCode {
    /** A file cannot be read, or is larger than {@link RuleSource#MAX_BYTES}. */
    LOAD_ERR_FILE_READ(true),
    /** A file is not valid YAML. */
    LOAD_ERR_YAML_PARSE(true),
    /** The YAML structure is invalid: node kinds, missing or empty keys, undecodable values, or misuse of override. */
    LOAD_ERR_YAML_VALIDATE(true),
    /** A condition does not parse, or its fields, operators or constants are invalid. */
    LOAD_ERR_COMPILE_CONDITION(true),
    /** An output format is invalid. */
    LOAD_ERR_COMPILE_OUTPUT(true),
    /** Definitions are inconsistent: macros, targets of append and replace, sources, exceptions, versions or limits. */
    LOAD_ERR_VALIDATE(true),
    /** Reserved by Falco; this engine never reports it. */
    LOAD_ERR_EXTENSION(true),

    /** A rule has an unsupported event source and is skipped. */
    LOAD_UNKNOWN_SOURCE(false),
    /** A Kubernetes audit or JSON field is compared with {@code <NA>}. */
    LOAD_UNSAFE_NA_CHECK(false),
    /** A rule can match all or nearly all event types. */
    LOAD_NO_EVTTYPE(false),
    /** A rule is skipped because of {@code skip-if-unknown-filter}. */
    LOAD_UNKNOWN_FILTER(false),
    /** No rule or macro uses a macro. */
    LOAD_UNUSED_MACRO(false),
    /** No rule, macro or list uses a list. */
    LOAD_UNUSED_LIST(false),
    /** A top-level item is not a list, macro, rule or version requirement. */
    LOAD_UNKNOWN_ITEM(false),
    /** An item has an unknown key, which is ignored. */
    LOAD_UNKNOWN_KEY(false),
    /** A deprecated form or field is used. */
    LOAD_DEPRECATED_ITEM(false),
    /** Reserved by Falco; this engine never reports it. */
    LOAD_WARNING_EXTENSION(false),
    /** An exception is appended without values. */
    LOAD_APPEND_NO_VALUES(false),
    /** Two exceptions of a rule have the same name; both apply. */
    LOAD_EXCEPTION_NAME_NOT_UNIQUE(false),
    /** The name of a macro cannot be used in conditions. */
    LOAD_INVALID_MACRO_NAME(false),
    /** The name of a list cannot be used in conditions. */
    LOAD_INVALID_LIST_NAME(false),
    /** A condition is valid but probably not what its author intended. */
    LOAD_COMPILE_CONDITION(false),
    /** The functions would reject every alert of a rule ({@link io.tiercel.rules.alert.AlertLimits}). */
    LOAD_UNDELIVERABLE_ALERTS(false);

    private final boolean error;

    LoadCode(boolean error) {
        this.error = error;
    }

    /** Returns whether this is an error, which makes the file fail, instead of a warning. */
    public boolean error() {
        return error;
    }
}
