package io.tiercel.functions.enrich;

/**
 * A source that was asked, and what became of it.
 *
 * @param source e.g. {@code ec2}
 * @param subject what it was asked about, e.g. {@code i-0123456789abcdef0}
 * @param outcome {@link #FOUND}, {@link #ABSENT}, {@link #TIMED_OUT}, or {@code failed: } and why
 * @param askedMillis when, milliseconds since the epoch; answers are kept for a while and then keep their time
 */
public record LookupRecord(String source, String subject, String outcome, long askedMillis) {
    /** It knew. */
    public static final String FOUND = "found";

    /** It said that there is no such thing. */
    public static final String ABSENT = "absent";

    /** It did not answer in time. */
    public static final String TIMED_OUT = "timed out";

    static final String FAILED = "failed: ";

    /** Whether it answered, be it that there is no such thing. */
    boolean answered() {
        return outcome.equals(FOUND) || outcome.equals(ABSENT);
    }
}
