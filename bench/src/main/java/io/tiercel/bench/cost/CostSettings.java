package io.tiercel.bench.cost;

/**
 * The settings of a deployment that change its cost.
 *
 * @param channels number of notification channels
 * @param memoryGb memory of each function, GiB
 * @param maxConcurrency concurrent invocations of each function
 * @param deduplicateBatch alerts in an invocation of deduplicate, if a batching window collects them; 0 for those of the profile
 * @param openIncidents number of open incidents that each pass of the schedule finds
 */
public record CostSettings(int channels, double memoryGb, int maxConcurrency, int deduplicateBatch, int openIncidents) {
    /** The defaults of infra/terraform, with two channels. */
    public static final CostSettings DEFAULT = new CostSettings(2, 1, 10, 0, 100);

    CostSettings withDeduplicateBatch(int batch) {
        return new CostSettings(channels, memoryGb, maxConcurrency, batch, openIncidents);
    }

    CostSettings withMemoryGb(double memory) {
        return new CostSettings(channels, memory, maxConcurrency, deduplicateBatch, openIncidents);
    }

    CostSettings withChannels(int number) {
        return new CostSettings(number, memoryGb, maxConcurrency, deduplicateBatch, openIncidents);
    }

    CostSettings withMaxConcurrency(int number) {
        return new CostSettings(channels, memoryGb, number, deduplicateBatch, openIncidents);
    }
}
