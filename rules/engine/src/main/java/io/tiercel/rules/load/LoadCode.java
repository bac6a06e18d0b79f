package io.tiercel.rules.load;

/** What kind of error or warning a load reports; the names are Falco's. */
public enum LoadCode {
    /** A file cannot be read, or is larger than {@link RuleSource#MAX_BYTES}. */
    LOAD_ERR_FILE_READ(true),
    /** Not YAML. */
    LOAD_ERR_YAML_PARSE(true),
    /** YAML of the wrong shape: kinds of nodes, missing or empty keys, values that cannot be decoded, override misuse. */
    LOAD_ERR_YAML_VALIDATE(true),
    /** A condition that does not parse or whose fields, operators or constants do not fit. */
    LOAD_ERR_COMPILE_CONDITION(true),
    /** An output format that is not valid. */
    LOAD_ERR_COMPILE_OUTPUT(true),
    /** Definitions that do not fit each other: macros, targets of append and replace, sources, exceptions, versions, limits. */
    LOAD_ERR_VALIDATE(true),
    /** Reserved by Falco; never reported here. */
    LOAD_ERR_EXTENSION(true),

    /** A rule for a source that the engine does not have: skipped. */
    LOAD_UNKNOWN_SOURCE(false),
    /** A Kubernetes audit or JSON field compared with {@code <NA>}. */
    LOAD_UNSAFE_NA_CHECK(false),
    /** A rule that can match (almost) every event type. */
    LOAD_NO_EVTTYPE(false),
    /** A rule dropped because of {@code skip-if-unknown-filter}. */
    LOAD_UNKNOWN_FILTER(false),
    /** A macro that no rule or macro uses. */
    LOAD_UNUSED_MACRO(false),
    /** A list that no rule, macro or list uses. */
    LOAD_UNUSED_LIST(false),
    /** A top-level item that is no list, macro, rule or version. */
    LOAD_UNKNOWN_ITEM(false),
    /** An unknown key in an item: ignored. */
    LOAD_UNKNOWN_KEY(false),
    /** Something that still works and has a better spelling. */
    LOAD_DEPRECATED_ITEM(false),
    /** Reserved by Falco; never reported here. */
    LOAD_WARNING_EXTENSION(false),
    /** An exception appended without values. */
    LOAD_APPEND_NO_VALUES(false),
    /** Two exceptions of one rule with the same name: both apply. */
    LOAD_EXCEPTION_NAME_NOT_UNIQUE(false),
    /** A macro whose name no condition can refer to. */
    LOAD_INVALID_MACRO_NAME(false),
    /** A list whose name no condition can refer to. */
    LOAD_INVALID_LIST_NAME(false),
    /** A condition that is valid and probably not what was meant. */
    LOAD_COMPILE_CONDITION(false);

    private final boolean error;

    LoadCode(boolean error) {
        this.error = error;
    }

    /** Whether the file that holds it fails; otherwise it is a warning. */
    public boolean error() {
        return error;
    }
}
