package io.tiercel.rules.field;

/** What may stand behind a field's name. */
public enum ArgumentKind {
    /** Nothing: {@code proc.name}. */
    NONE,
    /** An optional index: {@code proc.aname[2]}. */
    INDEX,
    /** A required index. */
    REQUIRED_INDEX,
    /** An optional key: {@code proc.env[HOME]}. */
    KEY,
    /** A required key. */
    REQUIRED_KEY,
    /** An optional index or key: {@code container.mount.dest[/x]}. */
    INDEX_OR_KEY,
    /** An appended parameter name, or an index: {@code evt.arg.flags}, {@code evt.arg[0]}. */
    NAME
}
