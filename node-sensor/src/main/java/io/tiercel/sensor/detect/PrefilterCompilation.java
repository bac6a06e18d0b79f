package io.tiercel.sensor.detect;

import io.tiercel.rules.engine.RuleEngine;
import io.tiercel.sensor.bpf.PrefilterTables;
import io.tiercel.sensor.prefilter.DisjunctRules;
import io.tiercel.sensor.prefilter.Prefilter;
import io.tiercel.sensor.prefilter.ProcessConditions;
import io.tiercel.sensor.thread.SupervisedThreads;
import io.tiercel.sensor.thread.ThreadFailures;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The compilation of a prefilter on its own thread, because it takes some hundred milliseconds in a JVM that has just started.
 * Rules become active with their prefilter: without it, the events of a busy node would fill the ring buffer.
 */
public final class PrefilterCompilation {
    private final CompletableFuture<@Nullable Compiled> result;

    /**
     * A compiled prefilter.
     *
     * @param disjunctRules which of the rules each disjunct belongs to
     * @param processConditions what each disjunct requires of processes
     */
    record Compiled(DisjunctRules disjunctRules, ProcessConditions processConditions, PrefilterTables tables) {}

    private PrefilterCompilation(CompletableFuture<@Nullable Compiled> result) {
        this.result = result;
    }

    /**
     * Starts to compile.
     *
     * @param log receives a line if the rules cannot be compiled, so that the kernel drops no events for them
     */
    public static PrefilterCompilation begin(RuleEngine rules, Consumer<String> log) {
        return new PrefilterCompilation(CompletableFuture.supplyAsync(
                () -> compile(rules, log), task -> SupervisedThreads.runOnce("prefilter-compiler", task)));
    }

    /** Returns one that has ended without a prefilter, for streams that have none. */
    public static PrefilterCompilation none() {
        return new PrefilterCompilation(CompletableFuture.completedFuture(null));
    }

    boolean ended() {
        return result.isDone();
    }

    /** Returns the prefilter, or null if there is none or the compilation has not {@linkplain #ended ended}. */
    @Nullable
    Compiled compiled() {
        return result.getNow(null);
    }

    private static @Nullable Compiled compile(RuleEngine rules, Consumer<String> log) {
        try {
            Prefilter prefilter = Prefilter.of(rules);
            return new Compiled(prefilter.disjunctRules(), prefilter.processConditions(), prefilter.tables());
        } catch (RuntimeException | Error e) { // The rules work without it.
            log.accept("cannot compile the prefilter for these rules, so the kernel drops no events: " + e);
            ThreadFailures.ofProcess().report("prefilter-compiler", e);
            return null;
        }
    }
}
