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

/**
 * Measures the evaluation time per event. JIT compilation runs in the foreground, so that other load does not prolong
 * the warm-up.
 */
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

    /** Number of rules that are added: copies with other constants, which do not match either. */
    @Param({"0", "1000"})
    public int copies;

    private @Nullable Fixture fixture;

    /** Engine, events and sinks. The sinks are created once, so that only the engine allocates. */
    private record Fixture(RuleEngine engine, Event[] benign, Event suspicious, MatchSink count, MatchSink alert) {}

    @Setup
    public void load(Blackhole blackhole) {
        LoadedRules rules = BenchmarkRules.withCopies(copies);
        SampleEvents events = new SampleEvents(rules.fields());
        RuleEngine engine = RuleEngine.of(
                rules.rules(), rules.fields(), RuleMatching.FIRST, Priority.DEBUG, ZoneOffset.UTC, evaluation);
        Event[] benign = events.benign().toArray(Event[]::new);
        if (benign.length != KINDS) {
            throw new IllegalStateException(benign.length + " kinds of events instead of " + KINDS);
        }
        for (Event event : benign) {
            engine.evaluate(event, (rule, e) -> {
                throw new IllegalStateException(rule.name() + " matches " + e);
            });
        }
        boolean[] matched = {false};
        engine.evaluate(events.suspicious(), (rule, event) -> matched[0] = true);
        if (!matched[0]) {
            throw new IllegalStateException("no rule matches " + events.suspicious());
        }
        fixture = new Fixture(
                engine,
                benign,
                events.suspicious(),
                (rule, event) -> blackhole.consume(rule),
                (rule, event) -> blackhole.consume(engine.alert(rule, event, "node-1")));
    }

    /** Evaluates events of all kinds that match no rule. */
    @Benchmark
    @OperationsPerInvocation(KINDS)
    public void nothingMatches() {
        Fixture f = Objects.requireNonNull(fixture);
        for (Event event : f.benign) {
            f.engine.evaluate(event, f.count);
        }
    }

    /** Evaluates an event that matches one rule, and creates the alert. */
    @Benchmark
    public void oneMatches() {
        Fixture f = Objects.requireNonNull(fixture);
        f.engine.evaluate(f.suspicious, f.alert);
    }
}
