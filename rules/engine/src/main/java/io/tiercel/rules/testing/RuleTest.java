package io.tiercel.rules.testing;

import io.tiercel.rules.alert.Priority;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One test.
 *
 * @param name what it shows
 * @param line line of the file in which it begins, from 1
 * @param about the only rule that counts, switched on even where it is off by default; null for all that are on
 * @param events the fields of each event by their text, in order
 * @param alerts what is expected, in order
 */
record RuleTest(
        String name, int line, @Nullable String about, List<Map<String, Object>> events, List<Expected> alerts) {
    /**
     * An expected alert; what is null or empty may be anything.
     *
     * @param rule name of its rule
     * @param output a text that its message contains
     * @param fields some of its output fields, as text
     */
    record Expected(
            String rule,
            @Nullable Priority priority,
            @Nullable String output,
            Map<String, @Nullable Object> fields) {}
}
