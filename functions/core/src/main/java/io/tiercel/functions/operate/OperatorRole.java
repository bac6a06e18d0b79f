package io.tiercel.functions.operate;

/** What an operator may do. */
public enum OperatorRole {
    /** Reads only. */
    VIEWER,
    /** Reads, and changes incidents, responses, silences and the kill switch. */
    RESPONDER
}
