package io.tiercel.bench;

import io.tiercel.rules.alert.Priority;
import io.tiercel.rules.compile.RuleProgram.Evaluation;
import io.tiercel.rules.engine.RuleEngine;
import io.tiercel.rules.engine.RuleMatching;
import io.tiercel.rules.load.LoadedRules;
import java.time.ZoneOffset;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;

/** Measures the time from rule files to a ready engine in a new JVM, as at the start of a sensor. */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(5)
@Warmup(iterations = 0)
@Measurement(iterations = 1)
public class LoadBench {
    @Benchmark
    public RuleEngine loadAndCompile() {
        LoadedRules rules = BenchmarkRules.load();
        return RuleEngine.of(
                rules.rules(), rules.fields(), RuleMatching.FIRST, Priority.DEBUG, ZoneOffset.UTC, Evaluation.COMPILED);
    }
}
