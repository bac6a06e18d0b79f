package io.tiercel.bench.scale;

import io.tiercel.bench.aws.Consumption;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.function.DoubleConsumer;
import java.util.function.DoubleSupplier;

/**
 * What the functions demand of tables and queues, and how long quotas make them wait. The requests of sampled clusters stand for
 * those of all clusters wherever clusters share a quota. Called by one thread at a time.
 */
final class Load implements Consumption.Meter {
    /** DynamoDB and SQS tolerate short bursts. */
    private static final double BURST_SECONDS = 1;

    private final Scenario scenario;
    private final DoubleSupplier clock;
    private final DoubleConsumer waiting;
    private final Map<String, Bucket> buckets = new HashMap<>();
    private final Map<Quota, Double> firstDelay = new EnumMap<>(Quota.class);
    private boolean measuring;
    private double waited;

    /** Consumption of one quota by one table, partition or queue. */
    static final class Bucket {
        private final Quota quota;
        private final String name;
        private double used;
        private double free;

        Bucket(Quota quota, String name) {
            this.quota = quota;
            this.name = name;
        }

        Quota quota() {
            return quota;
        }

        String name() {
            return name;
        }

        /** Everything that was used, in the unit of the quota. */
        double used() {
            return used;
        }
    }

    /**
     * Creates a load.
     *
     * @param clock virtual time in seconds
     * @param waiting receives the milliseconds that the current invocation waits for a quota
     */
    Load(Scenario scenario, DoubleSupplier clock, DoubleConsumer waiting) {
        this.scenario = scenario;
        this.clock = clock;
        this.waiting = waiting;
    }

    /** Starts to measure. */
    void measure() {
        measuring = true;
    }

    /** Starts an invocation. */
    void begin() {
        waited = 0;
    }

    @Override
    public void requested(String operation, String resource, int billed) {
        if (resource.endsWith(".fifo") && operation.equals("SQS.SendMessage")) {
            use(Quota.FIFO_REQUESTS, resource, scenario.factor());
        }
    }

    @Override
    public void consumed(Consumption used) {
        double factor = scenario.factor();
        if (!used.write()) {
            use(Quota.TABLE_READS, used.table(), used.units() * factor);
        } else if (!used.index().isEmpty()) {
            use(Quota.INDEX_WRITES, used.index(), used.units() * factor);
            use(Quota.INDEX_PARTITION_WRITES, used.index() + " " + used.partition(), used.units() * factor);
        } else {
            use(Quota.TABLE_WRITES, used.table(), used.units() * factor);
            use(Quota.PARTITION_WRITES, used.table() + " " + used.partition(), used.units());
            if (used.transaction() && used.item().equals("incident")) {
                use(Quota.ITEM_TRANSACTIONS, used.partition(), 1);
            }
        }
    }

    /** Counts a message of a group. */
    void sent(String group) {
        use(Quota.FIFO_GROUP, group, 1);
    }

    private void use(Quota quota, String name, double amount) {
        if (!measuring) {
            return;
        }
        Bucket bucket = buckets.computeIfAbsent(quota + " " + name, _ -> new Bucket(quota, name));
        bucket.used += amount;
        if (!scenario.limited()) {
            return;
        }
        double now = clock.getAsDouble();
        bucket.free = Math.max(bucket.free, now) + amount / quota.limit();
        // An invocation that has waited for one quota has waited for the others as well.
        double delay = bucket.free - now - BURST_SECONDS - waited;
        if (delay > 0) {
            waited += delay;
            limitedBy(quota);
            waiting.accept(delay * 1000);
        }
    }

    /** Notes that a quota delays alerts, if it did not before. */
    void limitedBy(Quota quota) {
        firstDelay.putIfAbsent(quota, clock.getAsDouble());
    }

    /** Returns the quotas that delayed alerts, with the virtual time of the first delay in seconds. */
    Map<Quota, Double> firstDelay() {
        return firstDelay;
    }

    /** Returns what was used. */
    Iterable<Bucket> buckets() {
        return buckets.values();
    }
}
