package io.tiercel.bench.scale;

/**
 * A load and a deployment.
 *
 * @param name its name in the report
 * @param clusters number of clusters in the whole installation
 * @param alertsPerSecond alerts that all their sensors send in a second, after each has combined identical ones
 * @param deployments number of deployments among which the clusters are divided
 * @param sampledClusters number of clusters of one deployment whose alerts run through the code; the others count as equal ones
 * @param concurrency concurrent invocations of each function of a deployment; 0 for no limit and no quota
 * @param batch alerts in an invocation of deduplicate
 * @param seconds virtual time
 * @param opensIncidents whether each alert opens an incident; otherwise all incidents are open before
 */
record Scenario(
        String name,
        int clusters,
        int alertsPerSecond,
        int deployments,
        int sampledClusters,
        int concurrency,
        int batch,
        int seconds,
        boolean opensIncidents) {
    /** Returns how many clusters of a deployment each sampled cluster stands for. */
    double factor() {
        return (double) clusters / deployments / sampledClusters;
    }

    /** Returns the number of alerts of the sampled clusters in a second. */
    double sampledPerSecond() {
        return (double) alertsPerSecond / clusters * sampledClusters;
    }

    /** Returns whether quotas delay the functions. */
    boolean limited() {
        return concurrency > 0;
    }

    Scenario named(String other) {
        return new Scenario(
                other,
                clusters,
                alertsPerSecond,
                deployments,
                sampledClusters,
                concurrency,
                batch,
                seconds,
                opensIncidents);
    }

    Scenario withConcurrency(int other) {
        return new Scenario(
                name, clusters, alertsPerSecond, deployments, sampledClusters, other, batch, seconds, opensIncidents);
    }

    Scenario withBatch(int other) {
        return new Scenario(
                name,
                clusters,
                alertsPerSecond,
                deployments,
                sampledClusters,
                concurrency,
                other,
                seconds,
                opensIncidents);
    }

    /** Returns the same load on several deployments. */
    Scenario divided(int number) {
        return new Scenario(
                name,
                clusters,
                alertsPerSecond,
                number,
                Math.min(sampledClusters, clusters / number),
                concurrency,
                batch,
                seconds,
                opensIncidents);
    }

    /** Returns a load of alerts that open incidents. */
    Scenario opening(int incidentsPerSecond) {
        return new Scenario(
                name, clusters, incidentsPerSecond, deployments, sampledClusters, concurrency, batch, seconds, true);
    }
}
