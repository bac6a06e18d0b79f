package io.tiercel.bench.live;

import java.util.OptionalLong;

/**
 * One load under one sensor, once.
 *
 * @param load what was done
 * @param sensor the sensor's name
 * @param round from 1 on
 * @param seconds how long the load took
 * @param bareSeconds how long it took without a sensor, in the same round
 * @param cpuSeconds processor time of the sensor from the load's start until it was quiet again
 * @param alerts of those that it owed; those of {@link Load#reads}
 * @param eventsSeen events that it evaluated; empty if it does not tell
 * @param eventsDropped events that were lost before it saw them; empty if it does not tell
 * @param firstPassDropped events that no rule wanted and that ended in the kernel; empty if it does not tell
 * @param startSeconds from its start to its first alert
 * @param rssBytes memory after the load
 * @param pssBytes the same, what is mapped several times divided
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
        OptionalLong eventsDropped,
        OptionalLong firstPassDropped,
        double startSeconds,
        long rssBytes,
        long pssBytes) {
    double slowDown() {
        return seconds / bareSeconds;
    }
}
