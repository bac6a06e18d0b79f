package io.tiercel.sensor.prefilter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.tiercel.rules.alert.Priority;
import io.tiercel.rules.condition.ConditionDepth;
import io.tiercel.rules.engine.RuleEngine;
import io.tiercel.rules.engine.RuleMatching;
import io.tiercel.rules.load.LoadOptions;
import io.tiercel.rules.load.LoadResult;
import io.tiercel.rules.load.LoadedRules;
import io.tiercel.rules.load.RuleLoader;
import io.tiercel.rules.load.RuleSource;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Shows that the prefilter compiler handles conditions of the maximum depth in three quarters of its thread's stack. Before, its
 * thread ended without a message.
 */
@Tag("unit")
class PrefilterDepthTest {
    private static final long STACK_BYTES = 192 * 1024;

    private static String rule(String condition) {
        return "- rule: Deep\n  desc: d\n  condition: >\n    evt.type = openat and (" + condition
                + ")\n  output: o\n  priority: INFO\n";
    }

    private static String nested(IntFunction<String> before, IntFunction<String> after, int levelsPerStep) {
        String condition = "fd.name = /x";
        for (int i = 0; i < (ConditionDepth.MAX_LEVELS - 2) / levelsPerStep; i++) {
            condition = before.apply(i) + condition + after.apply(i);
        }
        return rule(condition);
    }

    @Test
    void theMaximumDepthFitsInTheStack() throws InterruptedException {
        compile(nested(i -> "(", i -> ")" + (i % 2 == 0 ? " and" : " or") + " fd.name startswith /y" + i, 1));
        compile(nested(i -> "not (", i -> (i % 2 == 0 ? " and" : " or") + " fd.name = /y" + i + ")", 2));
        compile(nested(i -> "not ", i -> "", 1));
        compile(rule("tolower(".repeat(ConditionDepth.MAX_LEVELS - 2) + "fd.name"
                + ")".repeat(ConditionDepth.MAX_LEVELS - 2) + " = /x"));
    }

    private static void compile(String rules) throws InterruptedException {
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread thread = new Thread(
                null,
                () -> {
                    LoadResult result =
                            new RuleLoader(LoadOptions.defaults()).load(List.of(new RuleSource.Text("r.yaml", rules)));
                    assertEquals(List.of(), result.errors());
                    LoadedRules loaded = Objects.requireNonNull(result.rules());
                    Prefilter prefilter = Prefilter.of(
                            RuleEngine.of(loaded.rules(), loaded.fields(), RuleMatching.ALL, Priority.DEBUG));
                    prefilter.tables();
                    prefilter.summaries();
                },
                "small-stack",
                STACK_BYTES);
        thread.setUncaughtExceptionHandler((_, e) -> failure.set(e));
        thread.start();
        thread.join();
        assertNull(failure.get(), () -> failure.get() + rules);
    }
}
