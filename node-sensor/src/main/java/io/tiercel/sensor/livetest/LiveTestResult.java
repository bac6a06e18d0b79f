package io.tiercel.sensor.livetest;

/** The result of a live test. */
public sealed interface LiveTestResult {
    /** Returns the test. */
    LiveTest test();

    /**
     * The alert was raised, with the expected fields.
     *
     * @param millis time from the start of the script to the alert
     */
    record Passed(LiveTest test, long millis) implements LiveTestResult {}

    /**
     * The expected alert was not raised.
     *
     * @param reason other alerts and the output of the script, on one line
     */
    record Failed(LiveTest test, String reason) implements LiveTestResult {}

    /**
     * The test cannot run on this machine.
     *
     * @param reason the missing requirement, on one line
     */
    record Skipped(LiveTest test, String reason) implements LiveTestResult {}
}
