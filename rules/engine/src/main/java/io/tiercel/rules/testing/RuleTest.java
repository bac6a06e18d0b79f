package io.tiercel.rules.testing;

import io.tiercel.rules.alert.Priority;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One test of a rule test file.
 *
 * @param name name of the test
 * @param line line of the file on which the test starts, from 1
 * @param rule the only rule whose alerts count, enabled even if it is disabled by default; null for all enabled rules
 * @param events the fields of each event by name, in order
 * @param alerts the expected alerts, in order
 */
record RuleTest(String name, int line, @Nullable String rule, List<Map<String, Object>> events, List<Expected> alerts) {
    /**
     * An expected alert. Null and empty components are not compared.
     *
     * @param rule name of the rule
     * @param output a substring of the message
     * @param fields expected output fields, compared as text
     */
    record Expected(
            String rule,
            @Nullable Priority priority,
            @Nullable String output,
            Map<String, @Nullable Object> fields) {}
}
