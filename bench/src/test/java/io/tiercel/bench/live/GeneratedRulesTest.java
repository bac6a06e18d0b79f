package io.tiercel.bench.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.bench.GeneratedRules;
import io.tiercel.rules.condition.ConditionPrinter;
import io.tiercel.rules.engine.Rule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class GeneratedRulesTest {
    @TempDir
    Path folder;

    private Path write(String condition) throws IOException {
        return Files.writeString(
                folder.resolve("rules.yaml"),
                "- rule: One\n  desc: d\n  condition: " + condition + "\n  output: o\n  priority: NOTICE\n");
    }

    private static String print(Rule rule) {
        return ConditionPrinter.print(rule.syntax());
    }

    @Test
    void changesConstantsOutsideOfNegations() throws Exception {
        List<Rule> rules = NodeRules.load(
                List.of(write("evt.type = openat and fd.name in (/a, /b) and not proc.name = c and fd.num >= 0")));
        Path copies = Files.writeString(folder.resolve("copies.yaml"), GeneratedRules.copies(rules, 2));
        List<Rule> copied = NodeRules.load(List.of(copies));
        assertEquals(
                List.of("One, copy 1", "One, copy 2"),
                copied.stream().map(Rule::name).toList());
        assertEquals(
                "(evt.type = openat and fd.name in (/a-copy-2, /b-copy-2) and not proc.name = c and fd.num >= 0)",
                print(copied.getLast()));
    }

    @Test
    void refusesRulesWithoutAConstantToChange() throws Exception {
        List<Rule> rules = NodeRules.load(List.of(write("evt.type = openat and fd.num >= 0")));
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> GeneratedRules.copies(rules, 1));
        assertTrue(String.valueOf(e.getMessage()).contains("no rule has a constant to change"), e::toString);
    }

    @Test
    void copiesOfOfficialRulesAreValidAndDistinct() throws Exception {
        NodeRules official = NodeRules.official(List.of(Path.of("..", "rules", "detections")));
        NodeRules many = official.withCopies(folder);
        assertEquals(NodeRules.MANY, many.count());
        List<Rule> rules = NodeRules.load(many.files());
        assertEquals(NodeRules.MANY, rules.size());
        Set<String> conditions = new HashSet<>();
        for (Rule rule : rules.subList(official.count(), rules.size())) {
            assertTrue(conditions.add(print(rule)), rule::name);
            assertFalse(rule.eventTypes().isEmpty(), rule::name);
        }
    }
}
