package io.tiercel.sensor.detect;

import io.tiercel.rules.engine.RuleEngine;
import io.tiercel.sensor.bpf.PrefilterTables;
import io.tiercel.sensor.prefilter.Prefilter;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes first passes beside the thread that evaluates events: that takes some hundred milliseconds while the program is
 * young, in which events come unlooked at.
 */
final class PrefilterCompiler {
    /**
     * What was made.
     *
     * @param rules for which
     */
    record Made(RuleEngine rules, Prefilter pass, PrefilterTables tables) {}

    private final AtomicReference<@Nullable Made> made = new AtomicReference<>();
    private final Consumer<String> console;

    /** Tells the console if one cannot be made. */
    PrefilterCompiler(Consumer<String> console) {
        this.console = console;
    }

    void begin(RuleEngine rules) {
        Thread.ofPlatform().daemon().name("tiercel-first-pass").start(() -> make(rules));
    }

    /** The last one that was made, once; null if there is none. */
    @Nullable
    Made take() {
        return made.get() == null ? null : made.getAndSet(null);
    }

    private void make(RuleEngine rules) {
        try {
            Prefilter pass = Prefilter.of(rules);
            made.set(new Made(rules, pass, pass.tables()));
        } catch (RuntimeException e) {
            console.accept("there is no first pass for these rules, every event is handed over: " + e);
        }
    }
}
