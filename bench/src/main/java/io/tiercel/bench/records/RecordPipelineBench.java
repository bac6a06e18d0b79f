package io.tiercel.bench.records;

import io.tiercel.bench.BenchmarkRules;
import io.tiercel.rules.alert.Priority;
import io.tiercel.rules.engine.MatchSink;
import io.tiercel.rules.engine.RuleEngine;
import io.tiercel.rules.engine.RuleMatching;
import io.tiercel.rules.event.Event;
import io.tiercel.rules.load.LoadedRules;
import io.tiercel.sensor.detect.FileNameMode;
import io.tiercel.sensor.detect.RuleDetector;
import io.tiercel.sensor.event.EventStream;
import io.tiercel.sensor.event.FileEvent;
import io.tiercel.sensor.fields.FileNameKind;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * The user space cost of complete records of one kind. The JVM has the options of the sensor, apart from the maximum heap, which
 * also holds the recording. Before the measurement, all kinds of records pass through all stages, so that no code is compiled for one kind only.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(
        value = 1,
        jvmArgsAppend = {"@infra/image/java-options", "-Xmx256m", "-Xbatch"})
@Warmup(iterations = 2, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
public class RecordPipelineBench {
    private static final int MIXED_ROUNDS = 60;

    @Param("")
    public String recording = "";

    @Param(RecordedNode.FORK)
    public String kind = "";

    @Param
    public Stage stage = Stage.DECODE;

    private @Nullable Fixture fixture;

    /** What one measurement uses. Created once, so that only the sensor allocates. */
    private record Fixture(RecordedNode node, RecordSample sample, EventStream.Handler handler) {}

    @Setup
    public void load(Blackhole blackhole) {
        LoadedRules rules = BenchmarkRules.load();
        RuleEngine engine = RuleEngine.of(rules.rules(), rules.fields(), RuleMatching.FIRST, Priority.DEBUG);
        RuleDetector detector = new RuleDetector(engine, FileNameMode.BOTH, "node-1", blackhole::consume);
        MatchSink count = (rule, event) -> blackhole.consume(rule);
        EventStream.Handler match = event -> evaluate(engine, event, count);
        RecordedNode node = new RecordedNode(Path.of(recording));
        for (int round = 0; round < MIXED_ROUNDS; round++) {
            for (String each : node.kinds()) {
                for (byte[] record : node.some(each)) {
                    node.replay(record, round % 2 == 0 ? detector::detect : match);
                }
                if (each.equals(RecordedNode.PROCESS)) {
                    node.restoreProcesses();
                }
            }
        }
        boolean matching = stage == Stage.MATCH || stage == Stage.ALERT;
        List<byte[]> records = node.records(kind, event -> matching == matches(engine, event));
        fixture = new Fixture(
                node,
                new RecordSample(records),
                switch (stage) {
                    case DECODE, STATE -> blackhole::consume;
                    case RULES, ALERT -> detector::detect;
                    case MATCH -> match;
                });
    }

    /** Returns the kinds that have records of a sort. */
    static List<String> kinds(Path recording, boolean matching) {
        LoadedRules rules = BenchmarkRules.load();
        RuleEngine engine = RuleEngine.of(rules.rules(), rules.fields(), RuleMatching.FIRST, Priority.DEBUG);
        RecordedNode node = new RecordedNode(recording);
        Predicate<Event> filter = event -> matching == matches(engine, event);
        return node.kinds().stream()
                .filter(kind -> !matching || !kind.equals(RecordedNode.FORK) && !kind.equals(RecordedNode.PROCESS))
                .filter(kind -> !node.records(kind, filter).isEmpty())
                .toList();
    }

    private static boolean matches(RuleEngine engine, Event event) {
        boolean[] matched = {false};
        evaluate(engine, event, (rule, e) -> matched[0] = true);
        return matched[0];
    }

    /** Evaluates the rules for each name of the file, as the sensor does, without alerts. */
    private static void evaluate(RuleEngine engine, Event event, MatchSink sink) {
        engine.evaluate(event, sink);
        if (event instanceof FileEvent file) {
            for (FileNameKind name : FileNameKind.FURTHER) {
                if (file.hasName(name)) {
                    file.selectName(name);
                    engine.evaluate(file, sink);
                    file.selectName(FileNameKind.GIVEN);
                }
            }
        }
    }

    @Benchmark
    @OperationsPerInvocation(RecordSample.SIZE)
    public int records() {
        Fixture f = Objects.requireNonNull(fixture);
        int delivered = 0;
        for (int i = 0; i < RecordSample.SIZE; i++) {
            f.sample.moveTo(i, f.node.view);
            delivered += stage == Stage.DECODE ? f.node.view.tgid() : f.node.process(f.handler);
        }
        return delivered;
    }
}
