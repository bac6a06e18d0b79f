package io.tiercel.rules.field;

/** What is special about a field, as far as checking and printing are concerned. */
public enum FieldTrait {
    /** Only conditions may name it; an output may not. */
    FILTER_ONLY,
    /** Looks at both endpoints of a socket: {@code =} is true if either side is equal. */
    EITHER_SIDE,
    /** Without an argument it stands for every ancestor of the process. */
    ANCESTORS,
    /** May not stand on the right-hand side of a comparison. */
    NO_RIGHT_SIDE,
    /** No transformer may be applied to it. */
    NO_TRANSFORMER,
    /** Using it gives a warning. */
    DEPRECATED,
    /** Printed as a hexadecimal number in upper case. */
    HEX,
    /** Printed as a number of nine digits, padded with zeros. */
    NINE_DIGITS,
    /** Holds the event's time: an alert's output fields carry it as nanoseconds since the epoch. */
    EVENT_TIME,
    /** Holds a host name that is compared by resolving the constant. */
    HOST_NAME,
    /** Is of alerts, not of events: conditions over alerts may name it, rules may not. */
    ALERT
}
