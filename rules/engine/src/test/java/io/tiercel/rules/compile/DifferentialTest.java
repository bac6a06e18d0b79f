package io.tiercel.rules.compile;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tiercel.rules.check.CheckedExpr;
import io.tiercel.rules.compile.RuleProgram.Candidate;
import io.tiercel.rules.compile.RuleProgram.Evaluation;
import io.tiercel.rules.event.Event;
import io.tiercel.rules.event.EventTypeSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.junit.jupiter.api.Tag;

/** Compares compiled and interpreted evaluation of thousands of random conditions. */
@Tag("unit")
class DifferentialTest {
    private static final int MACROS = 3;
    private static final int RULES = 6;
    private static final int MANY_RULES = 700;
    private static final int EVENTS = 12;

    @Property(tries = 500, shrinking = ShrinkingMode.OFF)
    void compiledAndInterpretedConditionsAgree(@ForAll long seed) {
        Random random = new Random(seed);
        RandomConditions conditions = new RandomConditions(seed);
        for (int i = 0; i < MACROS; i++) {
            conditions.macro();
        }
        List<Candidate> candidates = new ArrayList<>();
        for (int i = 0; i < RULES; i++) {
            CheckedExpr condition = conditions.next();
            EventTypeSet types =
                    random.nextInt(4) == 0 ? EventTypeSet.ofNames(List.of("open", "execve")) : EventTypeSet.all();
            candidates.add(new Candidate(condition, types));
        }
        int parts = conditions.table().sharedCount();
        RuleProgram compiled = RuleProgram.of(candidates, parts, Evaluation.COMPILED);
        RuleProgram interpreted = RuleProgram.of(candidates, parts, Evaluation.INTERPRETED);
        for (int i = 0; i < EVENTS; i++) {
            Event event = new RandomEvent(random.nextLong());
            assertEquals(
                    matches(interpreted, event), matches(compiled, event), () -> conditions.written() + "for " + event);
        }
    }

    /** The conditions need several classes. A search may begin after any of them, and events follow each other. */
    @Property(tries = 10, shrinking = ShrinkingMode.OFF)
    void searchesInSeveralClassesAgree(@ForAll long seed) {
        Random random = new Random(seed);
        RandomConditions conditions = new RandomConditions(seed);
        conditions.macro();
        List<Candidate> candidates = new ArrayList<>();
        for (int i = 0; i < MANY_RULES; i++) {
            EventTypeSet types = random.nextInt(4) > 0 || i > MANY_RULES / 2 && i < MANY_RULES / 2 + 200
                    ? EventTypeSet.ofNames(List.of("open", "execve"))
                    : EventTypeSet.all();
            candidates.add(new Candidate(conditions.next(), types));
        }
        int parts = conditions.table().sharedCount();
        RuleProgram compiled = RuleProgram.of(candidates, parts, Evaluation.COMPILED);
        RuleProgram interpreted = RuleProgram.of(candidates, parts, Evaluation.INTERPRETED);
        for (int i = 0; i < EVENTS; i++) {
            Event event = new RandomEvent(random.nextLong());
            assertEquals(interpreted.first(event), compiled.first(event), event::toString);
            for (int search = 0; search < 20; search++) {
                int after = random.nextInt(MANY_RULES);
                assertEquals(interpreted.next(event, after), compiled.next(event, after), () -> after + " of " + event);
            }
            assertEquals(matches(interpreted, event), matches(compiled, event), event::toString);
        }
    }

    private static List<Integer> matches(RuleProgram program, Event event) {
        List<Integer> matches = new ArrayList<>();
        for (int match = program.first(event); match != RuleProgram.NONE; match = program.next(event, match)) {
            matches.add(match);
        }
        return matches;
    }
}
