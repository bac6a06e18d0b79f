package io.tiercel.functions.enrich;

/**
 * The outcome of one lookup.
 *
 * @param source for example {@code ec2}
 * @param subject the key, for example {@code i-0123456789abcdef0}
 * @param outcome {@link #FOUND}, {@link #ABSENT}, {@link #TIMED_OUT}, or {@code failed: } and the reason
 * @param startedMillis start of the lookup, milliseconds since the epoch; a cached result keeps its original time
 */
public record LookupRecord(String source, String subject, String outcome, long startedMillis) {
    /** The source has the object. */
    public static final String FOUND = "found";

    /** The source does not have the object. */
    public static final String ABSENT = "absent";

    /** The source did not answer before the deadline. */
    public static final String TIMED_OUT = "timed out";

    static final String FAILED = "failed: ";

    /** Returns whether the source answered, either with the object or with its absence. */
    boolean completed() {
        return outcome.equals(FOUND) || outcome.equals(ABSENT);
    }
}
