package io.tiercel.rules.condition;

/** Applies a text operator to several values: {@code startswith anyof (a, b)}. */
public enum Modifier {
    /** Exactly one value satisfies the operator; a value listed twice counts twice. */
    ONEOF("oneof"),
    /** At least one does. */
    ANYOF("anyof"),
    /** Every value does, and there is one. */
    ALLOF("allof");

    private final String text;

    Modifier(String text) {
        this.text = text;
    }

    public String text() {
        return text;
    }
}
