package io.tiercel.rules.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.rules.alert.Priority;
import io.tiercel.rules.condition.ConditionDepth;
import io.tiercel.rules.condition.ConditionPrinter;
import io.tiercel.rules.engine.RuleEngine;
import io.tiercel.rules.engine.RuleMatching;
import io.tiercel.rules.testing.FieldMapEvent;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntFunction;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Shows that every pass over a condition of the maximum depth fits in three quarters of the stack of the sensor's threads. Before,
 * 120 alternating levels overflowed it at load, and 100 at reload.
 */
@Tag("unit")
class ConditionDepthTest {
    private static final long STACK_BYTES = 192 * 1024;

    /** Rules that make the engine compile the conditions instead of interpreting them. */
    private static final String OTHER_RULES = rules(6, i -> "evt.type = open and proc.name = other" + i);

    private static String rules(int count, IntFunction<String> condition) {
        StringBuilder rules = new StringBuilder();
        for (int i = 0; i < count; i++) {
            rules.append(rule("Other " + i, condition.apply(i)));
        }
        return rules.toString();
    }

    private static String rule(String name, String condition) {
        return "- rule: " + name + "\n  desc: d\n  condition: >\n    " + condition
                + "\n  output: \"%proc.name\"\n  priority: INFO\n";
    }

    /** Ways to nest a condition. Each has a number of levels below the rule's own {@code and}. */
    private enum Shape {
        AND_OR {
            @Override
            String rules(int levels) {
                String condition = "proc.name = x";
                for (int i = 1; i < levels; i++) {
                    condition = "(" + condition + ")" + (i % 2 == 0 ? " and " : " or ") + "fd.name startswith /y" + i;
                }
                return rule("Deep", "evt.type = open and (" + condition + ")");
            }
        },
        NOT {
            @Override
            String rules(int levels) {
                return rule("Deep", "evt.type = open and " + "not ".repeat(levels - 1) + "proc.name = x");
            }
        },
        NOT_AND {
            @Override
            String rules(int levels) {
                String condition = levels % 2 == 0 ? "not proc.name = x" : "proc.name = x";
                for (int i = 1; i < levels - 1; i += 2) {
                    condition = "not (" + condition + (i % 4 == 1 ? " and" : " or") + " fd.name = y" + i + ")";
                }
                return rule("Deep", "evt.type = open and " + condition);
            }
        },
        TRANSFORMER {
            @Override
            String rules(int levels) {
                String operand = "proc.name";
                for (int i = 1; i < levels; i++) {
                    operand = (i % 2 == 0 ? "toupper(" : "tolower(") + operand + ")";
                }
                return rule("Deep", "evt.type = open and " + operand + " = x");
            }
        },
        MACRO {
            @Override
            String rules(int levels) {
                StringBuilder macros = new StringBuilder("- macro: m1\n  condition: proc.name = x\n");
                for (int i = 2; i < levels; i++) {
                    macros.append("- macro: m" + i + "\n  condition: m" + (i - 1) + "\n");
                }
                return macros + rule("Deep", "evt.type = open and m" + (levels - 1));
            }
        },
        LATER_MACRO {
            @Override
            String rules(int levels) {
                StringBuilder macros = new StringBuilder();
                for (int i = 1; i < levels; i++) {
                    macros.append("- macro: m" + i + "\n  condition: proc.name = x\n");
                }
                for (int i = 1; i < levels - 1; i++) {
                    macros.append("- macro: m" + i + "\n  condition: m" + (i + 1) + "\n");
                }
                return macros + rule("Deep", "evt.type = open and m1");
            }
        };

        abstract String rules(int levels);
    }

    @ParameterizedTest
    @EnumSource
    void theMaximumDepthFitsInTheStack(Shape shape) throws InterruptedException {
        onSmallStack(() -> {
            LoadResult loaded = load(shape.rules(ConditionDepth.MAX_LEVELS - 1));
            assertTrue(loaded.ok(), () -> loaded.errors().toString());
            evaluate(Objects.requireNonNull(loaded.rules()));
        });
    }

    @ParameterizedTest
    @EnumSource
    void oneMoreLevelIsAnErrorWithALocation(Shape shape) throws InterruptedException {
        for (int levels : new int[] {ConditionDepth.MAX_LEVELS, 2 * ConditionDepth.MAX_LEVELS, 20_000}) {
            onSmallStack(() -> {
                LoadResult loaded = load(shape.rules(levels));
                assertNull(loaded.rules(), () -> shape + " " + levels);
                Problem error = loaded.errors().getFirst();
                assertTrue(error.message().contains("deep") || error.message().contains("too large"), error::message);
                assertTrue(error.location().line() > 0, error::toString);
            });
        }
    }

    /** Parentheses alone add no level. Falco allows 199 of them, and so does this parser, on any stack. */
    @ParameterizedTest
    @EnumSource
    void parenthesesAddNoLevel(Shape shape) throws InterruptedException {
        onSmallStack(() -> {
            String rules = shape.rules(2).replace("proc.name = x", "(".repeat(190) + "proc.name = x" + ")".repeat(190));
            assertEquals(List.of(), load(rules).errors());
        });
    }

    /** Random trees near the limit load, or fail with an error, and never overflow the stack. */
    @Property(tries = 100)
    void randomConditionsNearTheLimit(@ForAll long seed) throws InterruptedException {
        Random random = new Random(seed);
        String condition = "proc.name = x";
        int levels = 30 + (int) Math.floorMod(seed, 20L);
        for (int i = 0; i < levels; i++) {
            condition = switch (random.nextInt(4)) {
                case 0 -> "not (" + condition + ")";
                case 1 -> "(" + condition + " or tolower(toupper(fd.name)) = y" + i + ")";
                case 2 -> "(fd.name in (a" + i + ", b) and " + condition + ")";
                default -> "((evt.type = open and " + condition + "))";
            };
        }
        String text = rule("Deep", condition);
        onSmallStack(() -> {
            LoadResult loaded = load(text);
            if (loaded.ok()) {
                evaluate(Objects.requireNonNull(loaded.rules()));
            }
        });
    }

    private static LoadResult load(String rules) {
        return new RuleLoader(LoadOptions.defaults())
                .load(List.of(new RuleSource.Text("rules.yaml", rules + OTHER_RULES)));
    }

    private static void evaluate(LoadedRules rules) {
        rules.rules().forEach(rule -> ConditionPrinter.print(rule.syntax()));
        RuleEngine engine = RuleEngine.of(rules.rules(), rules.fields(), RuleMatching.ALL, Priority.DEBUG);
        for (String name : List.of("x", "y")) {
            Map<String, Object> fields = Map.of("evt.type", "open", "proc.name", name, "fd.name", "/y1");
            engine.evaluate(
                    new FieldMapEvent(fields, 1),
                    (rule, event) -> assertTrue(
                            !engine.alert(rule, event, "node").message().isEmpty()));
        }
        assertTrue(engine.fields().size() > 1);
    }

    private static void onSmallStack(Runnable test) throws InterruptedException {
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread thread = new Thread(null, test, "small-stack", STACK_BYTES);
        thread.setUncaughtExceptionHandler((_, e) -> failure.set(e));
        thread.start();
        thread.join();
        Throwable thrown = failure.get();
        if (thrown != null) {
            throw new AssertionError(thrown.toString(), thrown);
        }
    }
}
