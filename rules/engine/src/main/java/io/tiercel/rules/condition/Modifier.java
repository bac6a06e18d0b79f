package io.tiercel.rules.condition;

/** Modifier that applies an operator to several values, as in {@code startswith anyof (a, b)}. */
public enum Modifier {
    /** True if exactly one value satisfies the operator. A value that is listed twice counts twice. */
    ONEOF("oneof"),
    /** True if at least one value satisfies the operator. */
    ANYOF("anyof"),
    /** True if there are values and all of them satisfy the operator. */
    ALLOF("allof");

    private final String text;

    Modifier(String text) {
        this.text = text;
    }

    public String text() {
        return text;
    }
}
