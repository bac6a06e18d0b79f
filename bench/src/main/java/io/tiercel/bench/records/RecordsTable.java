package io.tiercel.bench.records;

import io.tiercel.bench.live.Machine;
import java.util.Collection;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeSet;
import org.openjdk.jmh.results.RunResult;

/**
 * The results as a Markdown table: for each kind of record, the CPU time of each stage alone, and the bytes allocated. A stage alone is the
 * difference between two measurements, so small values may be negative.
 */
final class RecordsTable {
    private final Machine machine;

    /** By kind and stage. */
    private final Map<String, Map<Stage, Cost>> costs = new HashMap<>();

    private record Cost(double nanos, double bytes) {}

    RecordsTable(Machine machine, Collection<RunResult> results) {
        this.machine = machine;
        for (RunResult result : results) {
            String kind = result.getParams().getParam("kind");
            int records = kind.equals(RecordedNode.PROCESS) ? RecordedNode.RECORDS_OF_PROCESS : 1;
            costs.computeIfAbsent(kind, key -> new HashMap<>())
                    .put(
                            Stage.valueOf(result.getParams().getParam("stage")),
                            new Cost(
                                    records * secondary(result, "cpu.time.norm"),
                                    records * secondary(result, "gc.alloc.rate.norm")));
        }
    }

    /** Returns the least value of all iterations, because other work on the machine only adds to it. */
    private static double secondary(RunResult result, String name) {
        return result.getSecondaryResults().entrySet().stream()
                .filter(entry -> entry.getKey().endsWith(name))
                .map(Map.Entry::getValue)
                .mapToDouble(value -> value.getStatistics().getMin())
                .findFirst()
                .orElse(0);
    }

    String text() {
        StringBuilder text = new StringBuilder();
        text.append(String.format(
                Locale.ROOT,
                "Machine: %s, %d CPUs, kernel %s, load before %.1f. Nanoseconds of CPU time and bytes per event, the least of 5 iterations.%n%n",
                machine.processor(),
                machine.cpus(),
                machine.kernel(),
                machine.load()));
        text.append("| Kind | Decode | State | Rules | Sum | Alert | Bytes, state | Bytes, rules | Bytes, alert |\n");
        text.append("|---|---|---|---|---|---|---|---|---|\n");
        for (String kind : new TreeSet<>(costs.keySet())) {
            Map<Stage, Cost> stages = costs.getOrDefault(kind, Map.of());
            text.append(String.format(
                    Locale.ROOT,
                    "| %s | %s | %s | %s | %s | %s | %s | %s | %s |%n",
                    kind,
                    cell(nanos(stages, Stage.DECODE)),
                    difference(nanos(stages, Stage.STATE), nanos(stages, Stage.DECODE)),
                    difference(nanos(stages, Stage.RULES), nanos(stages, Stage.STATE)),
                    cell(nanos(stages, Stage.RULES)),
                    difference(nanos(stages, Stage.ALERT), nanos(stages, Stage.MATCH)),
                    difference(bytes(stages, Stage.STATE), bytes(stages, Stage.DECODE)),
                    difference(bytes(stages, Stage.RULES), bytes(stages, Stage.STATE)),
                    difference(bytes(stages, Stage.ALERT), bytes(stages, Stage.MATCH))));
        }
        return text.toString();
    }

    private static OptionalDouble nanos(Map<Stage, Cost> stages, Stage stage) {
        Cost cost = stages.get(stage);
        return cost == null ? OptionalDouble.empty() : OptionalDouble.of(cost.nanos);
    }

    private static OptionalDouble bytes(Map<Stage, Cost> stages, Stage stage) {
        Cost cost = stages.get(stage);
        return cost == null ? OptionalDouble.empty() : OptionalDouble.of(cost.bytes);
    }

    private static String difference(OptionalDouble later, OptionalDouble earlier) {
        return later.isEmpty() || earlier.isEmpty()
                ? "-"
                : String.format(Locale.ROOT, "%,.0f", later.getAsDouble() - earlier.getAsDouble());
    }

    private static String cell(OptionalDouble value) {
        return value.isEmpty() ? "-" : String.format(Locale.ROOT, "%,.0f", value.getAsDouble());
    }
}
