package io.tiercel.bench.scale;

import io.tiercel.bench.progress.BenchSteps;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The outcomes of all scenarios, as Markdown.
 *
 * @param shared one deployment for all clusters, without limits
 * @param demand its outcome
 * @param smallBatches its outcome with batches of 10 alerts
 * @param opening its outcome if each alert opens an incident
 * @param outcomes the scenarios with limits
 */
record ScaleReport(Scenario shared, Outcome demand, Outcome smallBatches, Outcome opening, List<Outcome> outcomes) {
    /** Number of scenarios. */
    static final int STEPS = 7;

    /** The part of a quota that a deployment should use. */
    private static final double HEADROOM = 0.7;

    private static final int NO_LIMIT = 0;
    private static final int INCIDENTS_PER_SECOND = 1_000;
    private static final int DEFAULT_CONCURRENCY = 10;
    private static final int MOST_CONCURRENCY = 1_000;
    private static final int BATCH = 100;
    private static final int SMALL_BATCH = 10;

    /**
     * Runs all scenarios.
     *
     * @param clusters number of clusters of ten nodes
     * @param alertsPerSecond alerts of all clusters
     * @param sampled number of clusters whose alerts run through the code
     * @param seconds virtual time of each scenario
     * @param steps shows the progress: {@link #STEPS} steps
     */
    static ScaleReport of(int clusters, int alertsPerSecond, int sampled, int seconds, BenchSteps steps) {
        Scenario shared = new Scenario("", clusters, alertsPerSecond, 1, sampled, NO_LIMIT, BATCH, seconds, false);
        steps.next("one deployment without limits");
        Outcome demand = new Simulation(shared).run();
        steps.next("the same with small batches");
        Outcome smallBatches = new Simulation(shared.withBatch(SMALL_BATCH)).run();
        steps.next("alerts that open incidents");
        Outcome opening = new Simulation(shared.opening(INCIDENTS_PER_SECOND)).run();
        int deployments = deployments(demand, clusters);
        Scenario divided = shared.divided(deployments).withConcurrency(MOST_CONCURRENCY);
        List<Outcome> outcomes = new ArrayList<>();
        for (Scenario scenario : List.of(
                shared.withConcurrency(DEFAULT_CONCURRENCY).named("one deployment, defaults"),
                shared.withConcurrency(MOST_CONCURRENCY).named("one deployment, `max_concurrency` 1,000"),
                divided.named(deployments + " deployments, `max_concurrency` 1,000"),
                divided.withBatch(SMALL_BATCH).named(deployments + " deployments, batches of 10 alerts"))) {
            steps.next(scenario.name());
            outcomes.add(new Simulation(scenario).run());
        }
        return new ScaleReport(shared, demand, smallBatches, opening, outcomes);
    }

    /** Returns the tables of the documentation by name. */
    Map<String, String> tables() {
        return Map.of("limits", quotas(demand), "opening", quotas(opening), "scenarios", scenarios(outcomes));
    }

    /** Returns the whole report. */
    String text() {
        return "%,d nodes in %,d clusters send %,d alerts in a second, after each sensor has combined identical ones. Half of a\n"
                        .formatted(shared.clusters() * 10, shared.clusters(), shared.alertsPerSecond())
                + "cluster's alerts have one cause, the others 20 causes. The alerts of " + shared.sampledClusters()
                + " clusters run through the code, for " + shared.seconds() + " virtual seconds.\n\n"
                + "## What breaks first\n\nOne deployment without any limit. A quota breaks at the load at which its use reaches the"
                + " limit.\n\n"
                + quotas(demand)
                + "\n## The same, with batches of 10 alerts in `deduplicate`\n\n"
                + quotas(smallBatches)
                + "\n## Alerts that open incidents\n\n"
                + "%,d alerts in a second, each of which opens an incident, in one deployment without any limit.\n\n"
                        .formatted(INCIDENTS_PER_SECOND)
                + quotas(opening)
                + "\n## With limits\n\n"
                + scenarios(outcomes);
    }

    /** Returns how many deployments keep every quota of a deployment below {@link #HEADROOM}. */
    static int deployments(Outcome demand, int clusters) {
        double most = demand.uses().stream()
                .filter(use ->
                        use.quota().scope() == Quota.Scope.DEPLOYMENT && use.quota() != Quota.FUNCTION_CONCURRENCY)
                .mapToDouble(use -> use.perSecond() / use.quota().limit() / HEADROOM)
                .max()
                .orElse(1);
        int needed = Math.clamp((long) Math.ceil(most), 1, clusters);
        while (clusters % needed != 0) {
            needed++;
        }
        return needed;
    }

    private static String quotas(Outcome outcome) {
        List<String> lines = new ArrayList<>(List.of(
                "| Quota | Shared by | Limit | Use at this load | Breaks at, alerts/s | What to do |",
                "|---|---|---|---|---|---|"));
        for (Outcome.Use use : outcome.uses()) {
            String most = use.quota() == Quota.INDEX_PARTITION_WRITES ? " (`" + use.name() + "`)" : "";
            lines.add("| " + use.quota().label() + most + " | "
                    + use.quota().scope().name().toLowerCase(Locale.ROOT) + " | "
                    + number(use.quota().limit()) + " | " + number(use.perSecond()) + " | "
                    + number(use.breaksAt(outcome.scenario())) + " | "
                    + use.quota().remedy() + " |");
        }
        return String.join("\n", lines) + "\n";
    }

    private static String scenarios(List<Outcome> outcomes) {
        List<String> lines = new ArrayList<>(List.of(
                "| Deployment | Counted, alerts/s | Waiting at the end | Latency p50, s | p99, s | First limit reached |",
                "|---|---|---|---|---|---|"));
        for (Outcome outcome : outcomes) {
            lines.add("| " + outcome.scenario().name() + " | " + number(outcome.countedPerSecond()) + " | "
                    + number(outcome.totalBacklog()) + " | " + seconds(outcome.latency(0.5)) + " | "
                    + seconds(outcome.latency(0.99)) + " | "
                    + outcome.firstSaturated().map(Quota::label).orElse("none") + " |");
        }
        return lines.stream().collect(Collectors.joining("\n", "", "\n"));
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, value < 10 ? "%.1f" : "%,.0f", value);
    }

    private static String seconds(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }
}
