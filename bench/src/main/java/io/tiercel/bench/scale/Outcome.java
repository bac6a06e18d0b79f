package io.tiercel.bench.scale;

import io.tiercel.bench.pipeline.FunctionName;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The result of a simulation.
 *
 * @param scenario the scenario
 * @param load what was used
 * @param sent number of alerts of the sampled clusters
 * @param latencies from arrival until an alert is counted, seconds, for each counted alert
 * @param busy time of all invocations of each function, seconds
 * @param backlog alerts of the sampled clusters that wait at the end
 */
record Outcome(
        Scenario scenario, Load load, long sent, List<Double> latencies, Map<FunctionName, Double> busy, long backlog) {
    /**
     * The highest use of a quota.
     *
     * @param quota the quota
     * @param name the table, partition or incident that uses most of it; empty for the account
     * @param perSecond use in a second
     */
    record Use(Quota quota, String name, double perSecond) {
        /** Returns the load at which the quota is used up, in alerts of the installation in a second. */
        double breaksAt(Scenario scenario) {
            return scenario.alertsPerSecond() * quota.limit() / perSecond;
        }
    }

    /** Returns the highest use of each quota, the one that breaks first before the others. */
    List<Use> uses() {
        Map<Quota, Use> most = new EnumMap<>(Quota.class);
        for (Load.Bucket bucket : load.buckets()) {
            Use use = new Use(bucket.quota(), bucket.name(), bucket.used() / scenario.seconds());
            most.merge(use.quota(), use, (a, b) -> a.perSecond() >= b.perSecond() ? a : b);
        }
        double all = 0;
        double longest = 0;
        for (double seconds : busy.values()) {
            double concurrency = seconds / scenario.seconds() * scenario.factor();
            longest = Math.max(longest, concurrency);
            all += concurrency * scenario.deployments();
        }
        most.put(Quota.FUNCTION_CONCURRENCY, new Use(Quota.FUNCTION_CONCURRENCY, "", longest));
        most.put(Quota.ACCOUNT_CONCURRENCY, new Use(Quota.ACCOUNT_CONCURRENCY, "", all));
        most.put(Quota.LOG_CALLS, new Use(Quota.LOG_CALLS, "", all));
        most.put(Quota.IN_FLIGHT, new Use(Quota.IN_FLIGHT, "", longest * scenario.batch()));
        List<Use> uses = new ArrayList<>(most.values());
        uses.sort(Comparator.comparingDouble(use -> use.breaksAt(scenario)));
        return uses;
    }

    /** Returns the quota that delayed alerts first; empty if none did. */
    Optional<Quota> firstSaturated() {
        return load.firstDelay().entrySet().stream()
                .min(Map.Entry.comparingByValue())
                .map(Map.Entry::getKey);
    }

    /** Returns the number of alerts that the whole installation counts in a second. */
    double countedPerSecond() {
        return latencies.size() * scenario.factor() * scenario.deployments() / scenario.seconds();
    }

    /** Returns the number of alerts that wait in the whole installation at the end. */
    double totalBacklog() {
        return backlog * scenario.factor() * scenario.deployments();
    }

    /**
     * Returns the time from arrival until an alert is counted, seconds; 0 if none was counted.
     *
     * @param quantile 0 to 1
     */
    double latency(double quantile) {
        List<Double> sorted = new ArrayList<>(latencies);
        Collections.sort(sorted);
        return sorted.isEmpty() ? 0 : sorted.get((int) Math.min(sorted.size() - 1, quantile * sorted.size()));
    }
}
