package io.tiercel.rules.condition;

/** Comparison of a check. */
public enum Operator {
    EXISTS("exists"),
    EQUAL("="),
    NOT_EQUAL("!="),
    LESS("<"),
    LESS_OR_EQUAL("<="),
    GREATER(">"),
    GREATER_OR_EQUAL(">="),
    CONTAINS("contains"),
    ICONTAINS("icontains"),
    BCONTAINS("bcontains"),
    STARTSWITH("startswith"),
    BSTARTSWITH("bstartswith"),
    ENDSWITH("endswith"),
    GLOB("glob"),
    IGLOB("iglob"),
    REGEX("regex"),
    IN("in"),
    INTERSECTS("intersects"),
    PMATCH("pmatch");

    private final String text;

    Operator(String text) {
        this.text = text;
    }

    /** The spelling in conditions; {@code ==} is spelled {@code =}. */
    public String text() {
        return text;
    }

    /** Whether the right side is a number whatever the field's type. */
    public boolean ordering() {
        return this == LESS || this == LESS_OR_EQUAL || this == GREATER || this == GREATER_OR_EQUAL;
    }

    /** Whether the right side is a list. */
    public boolean takesList() {
        return this == IN || this == INTERSECTS || this == PMATCH;
    }

    /** Whether a modifier may follow. */
    public boolean takesModifier() {
        return this != EXISTS && !ordering() && !takesList();
    }
}
