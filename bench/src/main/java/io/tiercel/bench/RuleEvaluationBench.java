package io.tiercel.bench;

import io.tiercel.rules.alert.Priority;
import io.tiercel.rules.compile.RuleProgram.Evaluation;
import io.tiercel.rules.engine.MatchSink;
import io.tiercel.rules.engine.RuleEngine;
import io.tiercel.rules.engine.RuleMatching;
import io.tiercel.rules.event.Event;
import io.tiercel.rules.load.LoadedRules;
import java.time.ZoneOffset;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
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

/** Time per event. The JIT compiler works in the foreground, so that other load does not stretch the warm-up. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 1, jvmArgsAppend = "-Xbatch")
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 8, time = 1)
public class RuleEvaluationBench {
    private static final int KINDS = 8;

    @Param
    public Evaluation evaluation = Evaluation.COMPILED;

    private @Nullable Measured measured;

    /** What is measured: sinks are made once, so that only the engine allocates. */
    private record Measured(RuleEngine engine, Event[] quiet, Event suspicious, MatchSink count, MatchSink alert) {}

    @Setup
    public void load(Blackhole blackhole) {
        LoadedRules rules = RuleFiles.load();
        Events events = new Events(rules.fields());
        RuleEngine engine = RuleEngine.of(
                rules.rules(), rules.fields(), RuleMatching.FIRST, Priority.DEBUG, ZoneOffset.UTC, evaluation);
        Event[] quiet = events.quiet().toArray(Event[]::new);
        if (quiet.length != KINDS) {
            throw new IllegalStateException(quiet.length + " kinds of events instead of " + KINDS);
        }
        for (Event event : quiet) {
            engine.evaluate(event, (rule, e) -> {
                throw new IllegalStateException(rule.name() + " matches " + e);
            });
        }
        boolean[] matched = {false};
        engine.evaluate(events.suspicious(), (rule, event) -> matched[0] = true);
        if (!matched[0]) {
            throw new IllegalStateException("no rule matches " + events.suspicious());
        }
        measured = new Measured(
                engine,
                quiet,
                events.suspicious(),
                (rule, event) -> blackhole.consume(rule),
                (rule, event) -> blackhole.consume(engine.alert(rule, event, "node-1")));
    }

    /** Events of every kind that no rule matches. */
    @Benchmark
    @OperationsPerInvocation(KINDS)
    public void nothingMatches() {
        Measured m = Objects.requireNonNull(measured);
        for (Event event : m.quiet) {
            m.engine.evaluate(event, m.count);
        }
    }

    /** One rule matches, and its alert is written. */
    @Benchmark
    public void oneMatches() {
        Measured m = Objects.requireNonNull(measured);
        m.engine.evaluate(m.suspicious, m.alert);
    }
}
