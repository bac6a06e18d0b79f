package io.tiercel.sensor.detect;

import io.tiercel.rules.engine.RuleEngine;
import io.tiercel.sensor.bpf.PrefilterTables;
import io.tiercel.sensor.prefilter.DisjunctRules;
import io.tiercel.sensor.prefilter.Prefilter;
import io.tiercel.sensor.prefilter.ProcessConditions;
import io.tiercel.sensor.thread.SupervisedThreads;
import io.tiercel.sensor.thread.ThreadFailures;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Compiles prefilters on its own thread, because a compilation takes some hundred milliseconds in a JVM that has
 * just started. Until it finishes, the kernel drops no events.
 */
final class PrefilterCompiler {
    /**
     * A compiled prefilter.
     *
     * @param rules rules that it was compiled from
     * @param disjunctRules which of the rules each disjunct belongs to
     * @param processConditions what each disjunct requires of processes
     */
    record Compiled(
            RuleEngine rules,
            DisjunctRules disjunctRules,
            ProcessConditions processConditions,
            PrefilterTables tables) {}

    private final AtomicReference<@Nullable Compiled> compiled = new AtomicReference<>();
    private final Consumer<String> log;

    /** Creates a compiler that logs failures. */
    PrefilterCompiler(Consumer<String> log) {
        this.log = log;
    }

    void start(RuleEngine rules) {
        Thread _ = SupervisedThreads.runOnce("prefilter-compiler", () -> compile(rules));
    }

    /** Returns the most recent result once, or null if there is none. */
    @Nullable
    Compiled poll() {
        return compiled.get() == null ? null : compiled.getAndSet(null);
    }

    private void compile(RuleEngine rules) {
        try {
            Prefilter prefilter = Prefilter.of(rules);
            compiled.set(
                    new Compiled(rules, prefilter.disjunctRules(), prefilter.processConditions(), prefilter.tables()));
        } catch (RuntimeException | StackOverflowError e) {
            log.accept("cannot compile the prefilter for these rules, so the kernel drops no events: " + e);
            ThreadFailures.ofProcess().report("prefilter-compiler", e);
        }
    }
}
