package io.tiercel.rules.field;

/** The type of a fact: a named value that is not part of the alert but can be used in conditions on alerts. */
public enum FactType {
    /** Text. The value is a String. */
    TEXT(Field.ALERT_FACT_TEXT),
    /** Text for each key in brackets. The name of the fact includes the key: {@code NAME[key]}. */
    KEYED_TEXT(Field.ALERT_FACT_TEXT),
    /** A list of text. The value is a List of String. */
    TEXTS(Field.ALERT_FACT_TEXTS),
    /** An integer. The value is a Long. */
    NUMBER(Field.ALERT_FACT_NUMBER),
    /** True or false. The value is a Boolean. */
    FLAG(Field.ALERT_FACT_FLAG),
    /** An IP address that is compared with networks, such as {@code 10.0.0.0/8}. The value is a String. */
    ADDRESS(Field.ALERT_FACT_ADDRESS);

    private final Field field;

    FactType(Field field) {
        this.field = field;
    }

    /** Returns the field whose argument is the name of the fact. */
    public Field field() {
        return field;
    }
}
