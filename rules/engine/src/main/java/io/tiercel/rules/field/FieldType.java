package io.tiercel.rules.field;

/** The type of a field's value: it decides which operators may be applied and how constants are read. */
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
