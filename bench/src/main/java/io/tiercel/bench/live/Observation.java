package io.tiercel.bench.live;

import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * The result of one load with one sensor in one round.
 *
 * @param load load that was run
 * @param sensor name of the sensor
 * @param round number of the round, starting at 1
 * @param seconds duration of the load
 * @param bareSeconds duration without a sensor in the same round
 * @param cpuSeconds CPU time of the sensor from the start of the load until it was idle again
 * @param alerts number of alerts for {@link Load#baits}
 * @param eventsSeen evaluated events; empty if the sensor does not report them
 * @param eventsLost lost events; empty if the sensor does not report them
 * @param eventsFiltered events dropped by the prefilter; empty if the sensor does not report them
 * @param startSeconds time from process start to the first alert; empty if it raises none
 * @param rssBytes resident memory after the load
 * @param pssBytes proportional set size after the load
 */
record Observation(
        Load load,
        String sensor,
        int round,
        double seconds,
        double bareSeconds,
        double cpuSeconds,
        long alerts,
        OptionalLong eventsSeen,
        OptionalLong eventsLost,
        OptionalLong eventsFiltered,
        OptionalDouble startSeconds,
        long rssBytes,
        long pssBytes) {
    double slowDown() {
        return seconds / bareSeconds;
    }
}
