package io.tiercel.rules.field;

/** The type of a fact: a value known beyond the alert, which conditions over alerts may name besides its own fields. */
public enum FactType {
    /** A text; its value is a String. */
    TEXT(Field.ALERT_FACT_TEXT),
    /** A text for each key in brackets, {@code NAME[key]}; the fact is found under that whole text. */
    KEYED_TEXT(Field.ALERT_FACT_TEXT),
    /** A list of texts; its value is a List of String. */
    TEXTS(Field.ALERT_FACT_TEXTS),
    /** A whole number; its value is a Long. */
    NUMBER(Field.ALERT_FACT_NUMBER),
    /** True or false; its value is a Boolean. */
    FLAG(Field.ALERT_FACT_FLAG),
    /** An IPv4 or IPv6 address, compared with networks ({@code 10.0.0.0/8}, {@code 10.1.2.3/32}); its value is a String. */
    ADDRESS(Field.ALERT_FACT_ADDRESS);

    private final Field field;

    FactType(Field field) {
        this.field = field;
    }

    /** The field whose argument is the fact's name. */
    public Field field() {
        return field;
    }
}
