package io.tiercel.bench.cost;

import io.tiercel.bench.pipeline.AlertMaker;
import io.tiercel.bench.pipeline.SentAlert;
import java.time.Duration;
import java.time.Instant;

/**
 * A load on a deployment.
 *
 * @param name its name in tables
 * @param description what happens, for readers
 * @param nodes number of nodes that send
 * @param raised number of alerts that rules raise on all nodes, in the time that the bill covers
 * @param folded number of alerts that the sensors send, after each has combined identical ones
 * @param batch alerts in a request of a sensor, and in an invocation of enrich and deduplicate
 * @param measured number of alerts that the model runs through the code, after {@code warmUp}
 * @param warmUp number of alerts that it runs before; they are billed once, the measured ones in proportion
 * @param closes whether the run includes the end of the incidents, because their number grows with that of the alerts
 * @param pause virtual time between two batches
 * @param causes makes the alert with a number
 */
public record Profile(
        String name,
        String description,
        int nodes,
        double raised,
        double folded,
        int batch,
        int measured,
        int warmUp,
        boolean closes,
        Duration pause,
        Causes causes) {
    /** Makes the alerts of a profile. */
    @FunctionalInterface
    public interface Causes {
        SentAlert alert(AlertMaker maker, int number, Instant time);
    }

    private static final double STORM = 10e6;
    private static final int WORKLOADS = 20;

    /** Windows of the sensors' aggregation in one hour. */
    private static final double WINDOWS = 3600.0 / 5;

    /** A small cluster without much activity: one in ten alerts has a new cause. */
    public static final Profile QUIET = new Profile(
            "quiet",
            "20 nodes, 10,000 alerts a month, each in a request of its own; one in 10 opens an incident",
            20,
            10_000,
            10_000,
            1,
            40,
            0,
            true,
            Duration.ofMinutes(20),
            (maker, number, time) -> maker.alert(number % 20, number / 10 % 8, number / 10 % 7, number / 10, time));

    /** A cluster in use: 1,500 incidents a month of 400 alerts each. */
    public static final Profile TYPICAL = new Profile(
            "typical",
            "100 nodes, 600,000 alerts a month, two in a request; one in 400 opens an incident",
            100,
            600_000,
            600_000,
            2,
            400,
            0,
            true,
            Duration.ofSeconds(20),
            (maker, number, time) -> maker.alert(number % 100, number / 400, number / 400, number / 400, time));

    /** A loop in one deployment: each sensor combines identical alerts, and sends two in five seconds. */
    public static final Profile STORM_IDENTICAL = new Profile(
            "storm, identical",
            "10 million alerts in an hour from 100 nodes, identical on each; the sensors combine them within 5 s",
            100,
            STORM,
            2 * WINDOWS * 100,
            10,
            1_000,
            500,
            false,
            Duration.ofMillis(250),
            (maker, number, time) -> maker.alert(number % 100, 0, number % 2, 0, time));

    /** An attacker who varies the file name, so that nothing is combined at the sensor. */
    public static final Profile STORM_VARIED = new Profile(
            "storm, every alert differs",
            "10 million alerts in an hour from one pod on each of 20 nodes; each names another file",
            WORKLOADS,
            STORM,
            STORM,
            10,
            1_000,
            500,
            false,
            Duration.ofMillis(10),
            (maker, number, time) -> maker.alert(number % WORKLOADS, 0, 0, number, time));

    /** The most expensive load: each alert opens an incident of its own. */
    public static final Profile STORM_INCIDENTS = new Profile(
            "storm, every alert opens an incident",
            "10 million alerts in an hour, each of another workload, which only a node's administrator can forge",
            WORKLOADS,
            STORM,
            STORM,
            10,
            100,
            30,
            true,
            Duration.ofMillis(10),
            (maker, number, time) -> maker.alert(number % WORKLOADS, number % 10, number, number, time));
}
