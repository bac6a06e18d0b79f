package io.tiercel.bench;

import io.tiercel.rules.alert.Priority;
import io.tiercel.rules.compile.RuleProgram.Evaluation;
import io.tiercel.rules.engine.RuleEngine;
import io.tiercel.rules.engine.RuleMatching;
import io.tiercel.rules.event.Event;
import io.tiercel.rules.load.LoadedRules;
import java.time.ZoneOffset;
import java.util.concurrent.TimeUnit;
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

/** Time per event. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 8, time = 1)
public class RuleEvaluationBench {
    private static final int KINDS = 8;

    @Param
    public Evaluation evaluation = Evaluation.COMPILED;

    private RuleEngine engine = engine(RuleFiles.load());
    private Event[] quiet = {};
    private Event suspicious = new Events(RuleFiles.load().fields()).suspicious();

    private RuleEngine engine(LoadedRules rules) {
        return RuleEngine.of(
                rules.rules(), rules.fields(), RuleMatching.FIRST, Priority.DEBUG, ZoneOffset.UTC, evaluation);
    }

    @Setup
    public void load() {
        LoadedRules rules = RuleFiles.load();
        Events events = new Events(rules.fields());
        engine = engine(rules);
        quiet = events.quiet().toArray(Event[]::new);
        suspicious = events.suspicious();
        if (quiet.length != KINDS) {
            throw new IllegalStateException(quiet.length + " kinds of events instead of " + KINDS);
        }
        for (Event event : quiet) {
            engine.evaluate(event, (rule, e) -> {
                throw new IllegalStateException(rule.name() + " matches " + e);
            });
        }
        boolean[] matched = {false};
        engine.evaluate(suspicious, (rule, event) -> matched[0] = true);
        if (!matched[0]) {
            throw new IllegalStateException("no rule matches " + suspicious);
        }
    }

    /** Events of every kind that no rule matches. */
    @Benchmark
    @OperationsPerInvocation(KINDS)
    public void nothingMatches(Blackhole blackhole) {
        for (Event event : quiet) {
            engine.evaluate(event, (rule, e) -> blackhole.consume(rule));
        }
    }

    /** One rule matches, and its alert is written. */
    @Benchmark
    public void oneMatches(Blackhole blackhole) {
        engine.evaluate(suspicious, (rule, event) -> blackhole.consume(engine.alert(rule, event, "node-1")));
    }
}
