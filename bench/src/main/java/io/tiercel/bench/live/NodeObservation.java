package io.tiercel.bench.live;

import java.util.List;
import java.util.OptionalLong;

/**
 * The result of one run with one sensor.
 *
 * @param run the run
 * @param sensor name of the sensor
 * @param profile containers, processes and requested rates
 * @param rules number of rules; 0 for a peer
 * @param work work that the containers have done
 * @param cpuSeconds CPU time of the sensor during the work
 * @param memory usage at the start, in the middle and at the end
 * @param eventsSeen evaluated events; empty if the sensor does not report them
 * @param eventsLost lost events; empty if the sensor does not report them
 * @param eventsFiltered events dropped by the prefilter; empty if the sensor does not report them
 * @param alerts alerts about {@link NodeLoad.Work#baits}
 * @param startSeconds time from process start to the first alert, with all processes running
 */
record NodeObservation(
        NodeRun run,
        String sensor,
        NodeProfile profile,
        int rules,
        NodeLoad.Work work,
        double cpuSeconds,
        List<ResourceUsage> memory,
        OptionalLong eventsSeen,
        OptionalLong eventsLost,
        OptionalLong eventsFiltered,
        long alerts,
        double startSeconds) {
    /** Returns the CPU time per second of work, in percent of one CPU. */
    double cpuPercent() {
        return 100 * cpuSeconds / work.seconds();
    }
}
