package io.tiercel.sensor.livetest;

/** What came of a trial. */
public sealed interface LiveTestResult {
    /** The trial. */
    LiveTest trial();

    /**
     * The alert came, with the fields that were expected.
     *
     * @param millis from the start of the script to the arrival of the alert
     */
    record Seen(LiveTest trial, long millis) implements LiveTestResult {}

    /**
     * No such alert came.
     *
     * @param reason what came instead, and what the script said; one line
     */
    record Missing(LiveTest trial, String reason) implements LiveTestResult {}

    /**
     * The trial cannot be performed here.
     *
     * @param reason what is missing on this machine; one line
     */
    record Skipped(LiveTest trial, String reason) implements LiveTestResult {}
}
