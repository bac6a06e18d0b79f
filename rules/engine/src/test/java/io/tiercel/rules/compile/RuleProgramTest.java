package io.tiercel.rules.compile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.tiercel.rules.check.ConditionCheckException;
import io.tiercel.rules.check.ConditionChecker;
import io.tiercel.rules.check.FieldTable;
import io.tiercel.rules.compile.RuleProgram.Candidate;
import io.tiercel.rules.compile.RuleProgram.Evaluation;
import io.tiercel.rules.condition.ConditionParser;
import io.tiercel.rules.condition.ConditionSyntaxException;
import io.tiercel.rules.event.Event;
import io.tiercel.rules.event.EventTypeSet;
import io.tiercel.rules.event.EventTypes;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Programs that exceed the size limits of methods and classes, the order of matches, and allocation. */
@Tag("unit")
class RuleProgramTest {
    private final FieldTable table = new FieldTable();

    private Candidate candidate(String condition) {
        try {
            return new Candidate(
                    new ConditionChecker(table)
                            .check(ConditionParser.parse(condition))
                            .expr(),
                    EventTypeSet.all());
        } catch (ConditionSyntaxException | ConditionCheckException e) {
            throw new AssertionError(condition, e);
        }
    }

    private void assertSame(List<Candidate> candidates) {
        RuleProgram compiled = RuleProgram.of(candidates, table.sharedCount(), Evaluation.COMPILED);
        RuleProgram interpreted = RuleProgram.of(candidates, table.sharedCount(), Evaluation.INTERPRETED);
        for (int seed = 0; seed < 60; seed++) {
            Event event = new RandomEvent(seed);
            assertEquals(all(interpreted, event), all(compiled, event), event::toString);
        }
    }

    private static List<Integer> all(RuleProgram program, Event event) {
        List<Integer> numbers = new ArrayList<>();
        for (int number = program.first(event); number != RuleProgram.NONE; number = program.next(event, number)) {
            numbers.add(number);
        }
        return numbers;
    }

    private static String joined(int count, String word, String pattern) {
        return IntStream.range(0, count)
                .mapToObj(i -> pattern.formatted(i))
                .collect(Collectors.joining(" " + word + " "));
    }

    @Test
    void aConditionLargerThanAMethodIsSplit() {
        String many = joined(3000, "or", "proc.name contains x%d");
        assertSame(List.of(
                candidate(many + " or proc.name = bash"),
                candidate("not (" + many + ") and proc.pname = bash"),
                candidate(
                        "(" + many + ") or (" + many + " or fd.num > 0) and " + joined(2000, "and", "fd.num != %d"))));
    }

    @Test
    void aConditionThatExceedsAClassIsInterpreted() {
        assertSame(List.of(
                candidate(joined(20_000, "or", "proc.name contains x%d") + " or proc.name = bash"),
                candidate("proc.name = bash"),
                candidate("proc.name = bash or " + joined(5000, "or", "proc.name contains y%d"))));
    }

    @Test
    void thousandsOfConditionsAreEvaluatedInOrder() {
        List<Candidate> candidates = new ArrayList<>();
        for (int i = 0; i < 3000; i++) {
            candidates.add(candidate("fd.num >= " + i % 3 + " and proc.name != x" + i));
        }
        assertSame(candidates);
    }

    /** An interpreted condition reads each value by itself. A class reads it once for all of its conditions. */
    @Test
    void thousandsOfConditionsAreAllCompiled() {
        List<Candidate> candidates = new ArrayList<>();
        for (int i = 0; i < 4000; i++) {
            candidates.add(candidate("evt.type in (open, execve) and fd.name contains x and proc.name = x" + i));
        }
        RuleProgram program = RuleProgram.of(candidates, table.sharedCount(), Evaluation.COMPILED);
        for (int seed = 0; seed < 60; seed++) {
            CountingEvent event = new CountingEvent(new RandomEvent(seed));
            if (event.type() != EventTypes.ASYNC) { // these are always interpreted
                program.first(event);
                assertTrue(event.reads() < 200, () -> event.reads() + " reads for " + event);
            }
        }
    }

    @Test
    void matchesAreInTheOrderOfTheConditions() {
        assertSame(List.of(
                candidate("proc.name exists and fd.num exists"),
                candidate("fd.name exists"),
                candidate("proc.name exists and evt.type exists"),
                candidate("fd.name exists and proc.pname exists"),
                candidate("not evt.type = open"),
                candidate("evt.type in (open, execve) and proc.name exists")));
    }

    @Test
    void eventsWithoutAMatchCauseNoAllocation() {
        RuleProgram program = RuleProgram.of(
                List.of(
                        candidate("proc.name = nobody and fd.num > 3"),
                        candidate("proc.name in (a, b, nobody) and fd.name startswith /nowhere"),
                        candidate("proc.aname in (x, y) or fd.name contains nowhere or fd.name endswith nowhere"),
                        candidate("fd.sip = 1.2.3.4 or fd.sport = 4444 or fd.name pmatch (/nowhere, /else)"),
                        candidate("fd.name glob /no*where or fd.name icontains nowhere")),
                table.sharedCount(),
                Evaluation.COMPILED);
        Event event = new PlainEvent();
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long found = 0;
        long least = Long.MAX_VALUE;
        for (int round = 0; round < 5; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 1000; i++) {
                found += program.first(event) - RuleProgram.NONE;
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        assertEquals(0, found);
        assertTrue(least < 1000, least + " bytes for 1000 events");
    }
}
