package io.tiercel.rules.field;

/** Special properties of a field that affect checking and printing. */
public enum FieldTrait {
    /** The field is allowed only in conditions, not in outputs. */
    FILTER_ONLY,
    /** The field has the values of both endpoints of a socket. {@code =} is true if either value is equal. */
    EITHER_SIDE,
    /** Without an argument, the field has the values of all ancestors of the process. */
    ANCESTORS,
    /** The field is not allowed on the right side of a comparison. */
    NO_RIGHT_SIDE,
    /** No transformer can be applied to the field. */
    NO_TRANSFORMER,
    /** Use of the field causes a warning. */
    DEPRECATED,
    /** The value is printed as an upper-case hexadecimal number. */
    HEX,
    /** The value is printed with nine digits, padded with zeros. */
    NINE_DIGITS,
    /** The field is a form of the event time. In output fields of alerts it is in nanoseconds since the epoch. */
    EVENT_TIME,
    /** The field is a host name. Comparisons resolve the constant and compare addresses. */
    HOST_NAME,
    /** The field belongs to alerts, not events. It is allowed only in conditions on alerts. */
    ALERT
}
