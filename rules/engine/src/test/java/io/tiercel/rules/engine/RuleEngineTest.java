package io.tiercel.rules.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tiercel.rules.alert.Alert;
import io.tiercel.rules.alert.Priority;
import io.tiercel.rules.check.CheckedExpr;
import io.tiercel.rules.check.ConditionChecker;
import io.tiercel.rules.check.FieldTable;
import io.tiercel.rules.check.RuleEventTypes;
import io.tiercel.rules.condition.ConditionParser;
import io.tiercel.rules.condition.Expr;
import io.tiercel.rules.eval.MapEvent;
import io.tiercel.rules.event.Event;
import io.tiercel.rules.format.OutputFormatParser;
import java.lang.management.ManagementFactory;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class RuleEngineTest {
    private final FieldTable table = new FieldTable();

    private Rule rule(String name, Priority priority, boolean enabled, String condition) throws Exception {
        Expr syntax = ConditionParser.parse(condition);
        CheckedExpr checked = new ConditionChecker(table).check(syntax).expr();
        OutputFormatParser formats = new OutputFormatParser(table);
        return new Rule(
                name,
                "",
                priority,
                "syscall",
                List.of("t"),
                enabled,
                syntax,
                checked,
                RuleEventTypes.of(checked),
                formats.parse("*%proc.name opened %fd.name"),
                List.of(
                        new ExtraField("proc.pid", formats.parse("*%proc.pid"), true),
                        new ExtraField("who", formats.parse("*%proc.name@%proc.pid"), false)),
                false,
                0);
    }

    private List<Rule> rules() throws Exception {
        return List.of(
                rule("off", Priority.ALERT, false, "evt.type = openat"),
                rule("quiet", Priority.DEBUG, true, "evt.type = openat"),
                rule("other", Priority.ALERT, true, "evt.type = close"),
                rule("first", Priority.ALERT, true, "evt.type = openat and proc.name = cat"),
                rule("second", Priority.NOTICE, true, "proc.name startswith c"));
    }

    private static Event event(String type) {
        return new MapEvent(Map.of("evt.type", type, "proc.name", "cat", "proc.pid", 5L));
    }

    private List<String> matches(RuleMatching matching, String type) throws Exception {
        List<String> names = new ArrayList<>();
        RuleEngine.of(rules(), table, matching, Priority.NOTICE)
                .evaluate(event(type), (rule, e) -> names.add(rule.name()));
        return names;
    }

    @Test
    void firstAndAllMatching() throws Exception {
        assertEquals(List.of("first"), matches(RuleMatching.FIRST, "openat"));
        assertEquals(List.of("first", "second"), matches(RuleMatching.ALL, "openat"));
        assertEquals(List.of("second"), matches(RuleMatching.ALL, "unlink"));
    }

    /** Covers small selections, which are interpreted, and large ones, which are evaluated with all rules. */
    @Test
    void aSelectionReturnsTheMatchesOfItsRulesInOrder() throws Exception {
        List<Rule> rules = new ArrayList<>(rules());
        for (int i = 0; i < 6; i++) {
            rules.add(rule("more " + i, Priority.ALERT, true, "evt.type = openat and proc.pid > " + i));
        }
        RuleEngine engine = RuleEngine.of(rules, table, RuleMatching.ALL, Priority.NOTICE);
        List<String> whole = new ArrayList<>();
        engine.evaluate(event("openat"), (rule, e) -> whole.add(rule.name()));
        assertEquals(List.of("first", "second", "more 0", "more 1", "more 2", "more 3", "more 4"), whole);
        List<String> selected = new ArrayList<>();
        Set<String> few = Set.of("second", "more 1", "more 5", "other");
        engine.select(rule -> few.contains(rule.name()))
                .evaluate(event("openat"), (rule, e) -> selected.add(rule.name()));
        assertEquals(List.of("second", "more 1"), selected);
        selected.clear();
        engine.select(rule -> !rule.name().equals("more 5"))
                .evaluate(event("openat"), (rule, e) -> selected.add(rule.name()));
        assertEquals(whole, selected);
        selected.clear();
        engine.select(rule -> false).evaluate(event("openat"), (rule, e) -> selected.add(rule.name()));
        assertEquals(List.of(), selected);
    }

    /** All rules are evaluated for asynchronous events of plugins. */
    @Test
    void asynchronousEventsReachEveryRule() throws Exception {
        assertEquals(List.of("second"), matches(RuleMatching.ALL, "asyncevent"));
    }

    @Test
    void alertsHaveThePropertiesOfTheRule() throws Exception {
        List<Rule> rules = rules();
        Alert alert = RuleEngine.of(rules, table, RuleMatching.FIRST, Priority.DEBUG, ZoneOffset.UTC)
                .alert(rules.get(3), event("openat"), "node-1");
        assertEquals("cat opened <NA>", alert.message());
        assertEquals(
                "{evt.time=1700000000123456789, fd.name=null, proc.name=cat, proc.pid=5, who=cat@5}",
                alert.outputFields().toString());
        assertEquals("node-1", alert.hostname());
        assertEquals(Priority.ALERT, alert.priority());
    }

    @Test
    void eventsWithoutAMatchCauseNoAllocation() throws Exception {
        RuleEngine engine = RuleEngine.of(
                List.of(
                        rule("a", Priority.ALERT, true, "proc.name in (x, y) or proc.cmdline contains z"),
                        rule(
                                "b",
                                Priority.ALERT,
                                true,
                                "not proc.name = cat and proc.pid > 7 and fd.name pmatch (/a)")),
                table,
                RuleMatching.ALL,
                Priority.DEBUG);
        // Measures only the engine, because the accessors of this event return constants.
        Event event = new ConstantEvent();
        MatchSink sink = (rule, e) -> {};
        com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (int i = 0; i < 50_000; i++) {
            engine.evaluate(event, sink);
        }
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 10_000; i++) {
            engine.evaluate(event, sink);
        }
        long perEvent = (threads.getCurrentThreadAllocatedBytes() - before) / 10_000;
        assertEquals(0, perEvent);
    }
}
