package io.tiercel.rules.condition;

/** Comparison operator. */
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

    /** Returns the spelling in conditions; {@code ==} is normalized to {@code =}. */
    public String text() {
        return text;
    }

    /** Returns whether the right side must be a number, regardless of the type of the field. */
    public boolean ordering() {
        return this == LESS || this == LESS_OR_EQUAL || this == GREATER || this == GREATER_OR_EQUAL;
    }

    /** Returns whether the right side is a list. */
    public boolean takesList() {
        return this == IN || this == INTERSECTS || this == PMATCH;
    }

    /** Returns whether the operator can have a modifier. */
    public boolean takesModifier() {
        return this != EXISTS && !ordering() && !takesList();
    }
}
