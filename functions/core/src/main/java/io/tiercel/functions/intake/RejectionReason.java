package io.tiercel.functions.intake;

import java.util.Locale;

/** Why a document is rejected. There are few values, so that they can be labels of metrics. */
public enum RejectionReason {
    /** It is not JSON. */
    NOT_JSON,
    /** It is JSON, but has not the form of an alert, or a property is missing or invalid. */
    NOT_AN_ALERT,
    /** It exceeds the maximum size. */
    TOO_LARGE,
    /** The name of the rule is blank or too long. */
    RULE_NAME,
    /** The host name is too long. */
    HOSTNAME,
    /** Its time is not after 1970. */
    TIME,
    /** Its sender must be verified and is not. */
    SENDER,
    /** It caused an error in the functions. */
    FAILED;

    /** Returns the code in responses and metrics, such as {@code rule_name}. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }
}
