package io.tiercel.rules.field;

/** The type of a field value, which determines the valid operators and the syntax of constants. */
public enum FieldType {
    TEXT,
    PATH,
    BYTES,
    INT64,
    UINT64,
    UINT32,
    PORT,
    TIME,
    BOOLEAN,
    DOUBLE,
    ADDRESS,
    NETWORK;
}
