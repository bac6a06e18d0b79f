package io.tiercel.sensor.trial;

/** What came of a trial. */
public sealed interface Outcome {
    /** The trial. */
    Trial trial();

    /**
     * The alert came, with the fields that were expected.
     *
     * @param millis from the start of the script to the arrival of the alert
     */
    record Seen(Trial trial, long millis) implements Outcome {}

    /**
     * No such alert came.
     *
     * @param reason what came instead, and what the script said; one line
     */
    record Missing(Trial trial, String reason) implements Outcome {}

    /**
     * The trial cannot be performed here.
     *
     * @param reason what is missing on this machine; one line
     */
    record Skipped(Trial trial, String reason) implements Outcome {}
}
