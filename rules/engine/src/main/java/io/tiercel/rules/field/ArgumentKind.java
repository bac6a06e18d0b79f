package io.tiercel.rules.field;

/** The kind of argument that a field accepts. */
public enum ArgumentKind {
    /** No argument: {@code proc.name}. */
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
    /** A required appended parameter name or index: {@code evt.arg.flags}, {@code evt.arg[0]}. */
    NAME,
    /** A required appended name, no index: {@code evt.rawarg.size}, {@code evt.type.is.open}. */
    ONLY_NAME,
    /** An optional appended name: {@code evt.abspath}, {@code evt.abspath.src}. */
    OPTIONAL_NAME;

    /** Returns whether the argument is appended after a dot instead of written in brackets. */
    public boolean appended() {
        return this == NAME || this == ONLY_NAME || this == OPTIONAL_NAME;
    }

    /** Returns whether the argument is required. */
    public boolean required() {
        return this == REQUIRED_INDEX || this == REQUIRED_KEY || this == NAME || this == ONLY_NAME;
    }

    /** Returns whether the field accepts a number in brackets. */
    public boolean takesIndex() {
        return this == INDEX || this == REQUIRED_INDEX || this == INDEX_OR_KEY || this == NAME;
    }

    /** Returns whether the field accepts text in brackets. */
    public boolean takesKey() {
        return this == KEY || this == REQUIRED_KEY || this == INDEX_OR_KEY;
    }
}
