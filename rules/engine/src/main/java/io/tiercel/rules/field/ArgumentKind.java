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
    NAME,
    /** A required appended name, no index: {@code evt.rawarg.size}, {@code evt.type.is.open}. */
    ONLY_NAME,
    /** An optional appended name: {@code evt.abspath}, {@code evt.abspath.src}. */
    OPTIONAL_NAME;

    /** Whether the argument is appended behind a dot instead of standing in brackets. */
    public boolean appended() {
        return this == NAME || this == ONLY_NAME || this == OPTIONAL_NAME;
    }

    /** Whether the field is incomplete without an argument. */
    public boolean required() {
        return this == REQUIRED_INDEX || this == REQUIRED_KEY || this == NAME || this == ONLY_NAME;
    }

    /** Whether a number in brackets is an argument. */
    public boolean takesIndex() {
        return this == INDEX || this == REQUIRED_INDEX || this == INDEX_OR_KEY || this == NAME;
    }

    /** Whether text in brackets is an argument. */
    public boolean takesKey() {
        return this == KEY || this == REQUIRED_KEY || this == INDEX_OR_KEY;
    }
}
