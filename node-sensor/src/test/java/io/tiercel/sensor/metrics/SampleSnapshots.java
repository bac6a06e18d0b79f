package io.tiercel.sensor.metrics;

import io.tiercel.rules.alert.Alert;
import io.tiercel.rules.alert.Priority;
import io.tiercel.sensor.bpf.CaptureVariant;
import io.tiercel.sensor.bpf.LossCounters;
import io.tiercel.sensor.bpf.hooks.SyscallSource;
import io.tiercel.sensor.bpf.load.ArgumentSource;
import io.tiercel.sensor.container.ContainerQueryStatus;
import io.tiercel.sensor.delivery.AlertDelivery;
import io.tiercel.sensor.delivery.AlertWriter;
import io.tiercel.sensor.delivery.PendingStatus;
import io.tiercel.sensor.detect.EventLoop;
import io.tiercel.sensor.event.EventStream;
import io.tiercel.sensor.identity.IdentityStatus;
import io.tiercel.sensor.output.OutputCounts;
import io.tiercel.sensor.output.ShipperCounts;
import io.tiercel.sensor.process.LookupFailures;
import io.tiercel.sensor.process.NodeIdentity;
import io.tiercel.sensor.process.StateMemory;
import io.tiercel.sensor.spool.AlertIdGenerator;
import io.tiercel.sensor.spool.SpoolCounts;
import io.tiercel.sensor.start.StartPhase;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** Snapshots in which all metrics have values. */
final class SampleSnapshots {
    private SampleSnapshots() {}

    /** Returns a snapshot with losses on the given number of CPUs and alerts of the given number of rules. */
    static MetricsSnapshot at(long collectedNanos, int cpus, int rules) {
        return at(collectedNanos, true, cpus, rules);
    }

    /** Same, for a sensor whose event loop has started or not. */
    static MetricsSnapshot at(long collectedNanos, boolean capturing, int cpus, int rules) {
        return at(collectedNanos, capturing, cpus, rules, PendingStatus.NONE);
    }

    /** Same, for a sensor with alerts that wait for the disk. */
    static MetricsSnapshot at(long collectedNanos, boolean capturing, int cpus, int rules, PendingStatus pending) {
        EventStream stream = (EventStream) Proxy.newProxyInstance(
                EventStream.class.getClassLoader(),
                new Class<?>[] {EventStream.class},
                (_, method, _) -> method.getName().equals("node") ? new NodeIdentity("node", "boot") : null);
        AlertDelivery delivery =
                AlertDelivery.direct(new AlertWriter(AlertIdGenerator.forReplay("node", "boot"), null, List.of()));
        for (int i = 0; i < rules; i++) {
            delivery.accept(new Alert(
                    null, "node", 1, Priority.NOTICE, "Rule " + i, "syscall", List.of(), "m", new TreeMap<>()));
        }
        EventLoop sensor = new EventLoop(stream, _ -> {}, delivery, true);
        return new MetricsSnapshot(
                collectedNanos,
                capturing,
                Map.of("openat", 5L, "execve", 7L),
                Map.of("openat", 50L),
                3,
                4,
                1,
                new LossCounters(
                        IntStream.range(0, cpus)
                                .mapToObj(cpu ->
                                        new LossCounters.CpuCounters(cpu, List.of(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L)))
                                .toList(),
                        0),
                new CaptureVariant(
                        "chunked", true, ArgumentSource.PATH_COPIES, SyscallSource.FUNCTIONS, true, List.of()),
                delivery.byRule(),
                delivery.byPriority(),
                sensor.alertsLost(),
                sensor.gapSeconds(),
                sensor.evaluationTimes(),
                Map.of("processes", 80L),
                new StateMemory(4_000, 16_000, 2, 1, 3),
                new LookupFailures(3, 2, 1, 1, "uid 1000"),
                new ContainerQueryStatus(9, 2, 1, 3, 1),
                22,
                1,
                2,
                new IdentityStatus(
                        Map.of("token", true, "instance_document", false), System.currentTimeMillis() / 1_000 + 600),
                pending,
                new SpoolCounts(3, 4_000, List.of(0L, 0L, 0L, 0L, 0L, 0L, 0L, 0L), 0),
                new ShipperCounts(10, new TreeMap<>(Map.of("rule_name", 1L)), 5, 2, true, 7.5),
                Map.of("console", new OutputCounts(12, 3, 2, 1, 4)),
                Map.of("containers", 2L),
                6,
                Map.of(StartPhase.JVM, 0.2, StartPhase.PROGRAMS_LOAD, 0.7),
                OptionalDouble.of(1.25));
    }
}
