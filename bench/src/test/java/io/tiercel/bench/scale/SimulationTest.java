package io.tiercel.bench.scale;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.bench.aws.Consumption;
import io.tiercel.bench.progress.BenchSteps;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The simulation loses no alert, and finds the limits that apply. */
@Tag("unit")
class SimulationTest {
    private static final int CLUSTERS = 100;
    private static final int ALERTS_PER_SECOND = 2_000;
    private static final Scenario SHARED = new Scenario("", CLUSTERS, ALERTS_PER_SECOND, 1, 4, 0, 10, 1, false);

    @Test
    void without_limits_every_alert_is_counted_at_once() {
        Outcome outcome = new Simulation(SHARED).run();
        assertEquals(80, outcome.sent());
        assertEquals(outcome.sent(), outcome.latencies().size());
        assertEquals(0, outcome.backlog());
        assertEquals(ALERTS_PER_SECOND, outcome.countedPerSecond(), 1);
        assertEquals(Optional.empty(), outcome.firstSaturated());
        // The use of a quota that clusters share grows with the number of clusters, that of an incident does not.
        assertTrue(use(outcome, Quota.TABLE_WRITES) > use(outcome, Quota.PARTITION_WRITES) * CLUSTERS / 2);
    }

    @Test
    void the_concurrency_of_the_defaults_is_the_first_limit() {
        Outcome outcome = new Simulation(SHARED.withConcurrency(10)).run();
        assertEquals(Optional.of(Quota.FUNCTION_CONCURRENCY), outcome.firstSaturated());
        assertEquals(outcome.sent(), outcome.latencies().size() + outcome.backlog());
        assertTrue(outcome.backlog() > 0);
        Outcome.Use first = new Simulation(SHARED).run().uses().getFirst();
        assertEquals(Quota.FUNCTION_CONCURRENCY, first.quota());
        assertTrue(first.breaksAt(SHARED) < ALERTS_PER_SECOND, first.toString());
    }

    @Test
    void several_deployments_divide_the_load_of_a_quota() {
        Outcome one = new Simulation(SHARED).run();
        Outcome ten = new Simulation(SHARED.divided(10)).run();
        assertEquals(one.countedPerSecond(), ten.countedPerSecond(), 100);
        assertEquals(
                use(one, Quota.TABLE_WRITES) / 10, use(ten, Quota.TABLE_WRITES), use(one, Quota.TABLE_WRITES) / 50);
        assertEquals(
                use(one, Quota.ACCOUNT_CONCURRENCY),
                use(ten, Quota.ACCOUNT_CONCURRENCY),
                use(one, Quota.ACCOUNT_CONCURRENCY) / 3);
    }

    private static double use(Outcome outcome, Quota quota) {
        return outcome.uses().stream()
                .filter(use -> use.quota() == quota)
                .findFirst()
                .orElseThrow()
                .perSecond();
    }

    @Test
    void a_partition_that_is_used_up_delays_each_invocation_once() {
        Scenario limited = new Scenario("", 1, 1, 1, 1, 10, 10, 1, false);
        List<Double> waited = new ArrayList<>();
        Load load = new Load(limited, () -> 0, waited::add);
        Consumption second = new Consumption("incidents", "", "incident#0a", "", true, false, 1_000);
        load.consumed(second);
        load.measure();
        load.consumed(second);
        assertEquals(List.of(), waited, "a burst of one second is free, and the load before does not count");
        load.begin();
        load.consumed(second);
        assertEquals(List.of(1_000.0), waited);
        load.consumed(new Consumption("incidents", "", "incident#0b", "", true, false, 2_000));
        assertEquals(List.of(1_000.0), waited, "it waited for this partition at the same time");
        assertEquals(1, load.firstDelay().size());
        assertTrue(load.firstDelay().containsKey(Quota.PARTITION_WRITES));
    }

    @Test
    void the_report_contains_every_quota_and_scenario() {
        String report = ScaleReport.of(CLUSTERS, ALERTS_PER_SECOND, 2, 1, new BenchSteps("scale", ScaleReport.STEPS))
                .text();
        for (Quota quota : Quota.values()) {
            assertTrue(report.contains(quota.label()), quota.label());
        }
        assertTrue(report.contains("one deployment, defaults"), report);
    }
}
