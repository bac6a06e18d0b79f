package io.tiercel.functions.operate;

import java.util.Locale;

/** The orders of a list of incidents. A store orders those that are equal in some stable way. */
public enum IncidentSort {
    /** The last seen first. */
    LAST_SEEN,
    /** The one whose first alert is newest first. */
    FIRST_SEEN,
    /** The one with most alerts first. */
    COUNT,
    /** The most urgent first. */
    PRIORITY;

    /** Returns the name in arguments. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
