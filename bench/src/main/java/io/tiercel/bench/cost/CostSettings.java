package io.tiercel.bench.cost;

/**
 * The settings of a deployment that change its cost.
 *
 * @param channels number of notification channels
 * @param memoryGb memory of each function, GiB
 * @param maxConcurrency concurrent invocations of each function
 * @param batches batches of deduplicate
 * @param openIncidents number of open incidents that each pass of the schedule finds
 */
public record CostSettings(int channels, double memoryGb, int maxConcurrency, Batches batches, int openIncidents) {
    /** The defaults of infra/terraform, with two channels. */
    public static final CostSettings DEFAULT = new CostSettings(2, 1, 10, new Batches(100, 1), 100);

    /**
     * The variable {@code batches} of infra/terraform.
     *
     * @param size maximum number of alerts in an invocation
     * @param windowSeconds how long Lambda waits for a batch to fill
     */
    public record Batches(int size, double windowSeconds) {
        /** Returns the usual number of alerts in an invocation. */
        int of(Profile profile) {
            double arriving = profile.batch() * windowSeconds / (profile.pause().toMillis() / 1000.0);
            return (int) Math.min(size, Math.max(profile.batch(), arriving));
        }
    }

    CostSettings withBatches(int size, double windowSeconds) {
        return new CostSettings(channels, memoryGb, maxConcurrency, new Batches(size, windowSeconds), openIncidents);
    }

    CostSettings withMemoryGb(double memory) {
        return new CostSettings(channels, memory, maxConcurrency, batches, openIncidents);
    }

    CostSettings withChannels(int number) {
        return new CostSettings(number, memoryGb, maxConcurrency, batches, openIncidents);
    }

    CostSettings withMaxConcurrency(int number) {
        return new CostSettings(channels, memoryGb, number, batches, openIncidents);
    }
}
