package io.tiercel.rules.testing;

import io.tiercel.rules.alert.Priority;
import io.tiercel.rules.engine.RuleMatching;
import io.tiercel.rules.testing.RuleTest.Expected;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * A parsed rule test file.
 *
 * @param rules rule files and directories, as written
 * @param matching how many rules can match an event
 */
record RuleTestFile(List<String> rules, RuleMatching matching, List<RuleTest> tests) {
    private static final String SHAPE = "a rule test file has the keys rules, rule_matching, defaults and tests";

    static RuleTestFile parse(String file, String text) throws RuleTestException {
        try {
            Optional<Node> root =
                    new Compose(LoadSettings.builder().setLabel(file).build()).composeString(text);
            if (root.isEmpty()) {
                throw new RuleTestException(file, null, "the file is empty; " + SHAPE);
            }
            return new Reader(file).file(root.get());
        } catch (MarkedYamlEngineException e) {
            String position = e.getProblemMark()
                    .map(mark -> ":" + (mark.getLine() + 1) + ":" + (mark.getColumn() + 1))
                    .orElse("");
            throw new RuleTestException(file + position + ": invalid YAML: " + e.getProblem());
        } catch (YamlEngineException e) {
            throw new RuleTestException(file, null, "invalid YAML: " + e.getMessage());
        }
    }

    /** Converts the YAML nodes of one file. */
    private record Reader(String file) {
        RuleTestFile file(Node root) throws RuleTestException {
            Map<String, Node> keys = mapping(root, SHAPE, List.of("rules", "rule_matching", "defaults", "tests"));
            List<String> rules = new ArrayList<>();
            for (Node rule : sequence(required(keys, "rules", root))) {
                rules.add(string(rule));
            }
            Map<String, Object> defaults = event(keys.get("defaults"), Map.of());
            List<RuleTest> tests = new ArrayList<>();
            for (Node test : sequence(required(keys, "tests", root))) {
                tests.add(test(test, defaults));
            }
            return new RuleTestFile(rules, matching(keys.get("rule_matching")), tests);
        }

        private RuleMatching matching(@Nullable Node node) throws RuleTestException {
            return switch (node == null ? "all" : string(node)) {
                case "all" -> RuleMatching.ALL;
                case "first" -> RuleMatching.FIRST;
                default -> throw new RuleTestException(file, node, "rule_matching must be first or all");
            };
        }

        private RuleTest test(Node node, Map<String, Object> fileDefaults) throws RuleTestException {
            Map<String, Node> keys = mapping(
                    node,
                    "a test has the keys name, rule, defaults, events and alerts",
                    List.of("name", "rule", "defaults", "events", "alerts"));
            Map<String, Object> defaults = event(keys.get("defaults"), fileDefaults);
            List<Map<String, Object>> events = new ArrayList<>();
            for (Node event : sequence(required(keys, "events", node))) {
                Map<String, Object> fields = event(event, defaults);
                if (!fields.containsKey(FieldMapEvent.TYPE)) {
                    throw new RuleTestException(file, event, "an event needs evt.type, for example evt.type: openat");
                }
                events.add(fields);
            }
            List<Expected> alerts = new ArrayList<>();
            for (Node alert : sequence(required(keys, "alerts", node))) {
                alerts.add(expected(alert));
            }
            int line = node.getStartMark().map(mark -> mark.getLine() + 1).orElse(0);
            Node rule = keys.get("rule");
            return new RuleTest(
                    string(required(keys, "name", node)), line, rule == null ? null : string(rule), events, alerts);
        }

        private Map<String, Object> event(@Nullable Node node, Map<String, Object> defaults) throws RuleTestException {
            Map<String, Object> fields = new LinkedHashMap<>(defaults);
            if (node == null) {
                return fields;
            }
            Map<String, Node> entries = mapping(node, "an event is a mapping of field names to values", null);
            for (Map.Entry<String, Node> entry : entries.entrySet()) {
                String name = entry.getKey();
                Object value = value(entry.getValue());
                if (value == null) {
                    fields.remove(name);
                    continue;
                }
                String problem = FieldMapEvent.problem(name, value);
                if (problem != null) {
                    throw new RuleTestException(file, entry.getValue(), problem);
                }
                fields.put(name, value);
            }
            return fields;
        }

        private Expected expected(Node node) throws RuleTestException {
            if (node instanceof ScalarNode) {
                return new Expected(string(node), null, null, Map.of());
            }
            Map<String, Node> keys = mapping(
                    node,
                    "an expected alert is a rule name, or a mapping with the keys rule, priority, output and fields",
                    List.of("rule", "priority", "output", "fields"));
            Node priorityNode = keys.get("priority");
            Priority priority = null;
            if (priorityNode != null) {
                priority = Priority.parse(string(priorityNode))
                        .orElseThrow(
                                () -> new RuleTestException(
                                        file,
                                        priorityNode,
                                        "unknown priority; use emergency, alert, critical, error, warning, notice, informational or debug"));
            }
            Map<String, @Nullable Object> fields = new LinkedHashMap<>();
            Node fieldsNode = keys.get("fields");
            if (fieldsNode != null) {
                for (Map.Entry<String, Node> entry : mapping(
                                fieldsNode, "fields is a mapping of field names to values", null)
                        .entrySet()) {
                    fields.put(entry.getKey(), value(entry.getValue()));
                }
            }
            Node output = keys.get("output");
            return new Expected(
                    string(required(keys, "rule", node)), priority, output == null ? null : string(output), fields);
        }

        private Map<String, Node> mapping(Node node, String shape, @Nullable List<String> allowed)
                throws RuleTestException {
            if (!(node instanceof MappingNode mapping)) {
                throw new RuleTestException(file, node, shape);
            }
            Map<String, Node> entries = new LinkedHashMap<>();
            for (NodeTuple tuple : mapping.getValue()) {
                String key = string(tuple.getKeyNode());
                if (allowed != null && !allowed.contains(key)) {
                    throw new RuleTestException(file, tuple.getKeyNode(), "unknown key " + key + "; " + shape);
                }
                entries.put(key, tuple.getValueNode());
            }
            return entries;
        }

        private Node required(Map<String, Node> keys, String key, Node in) throws RuleTestException {
            Node node = keys.get(key);
            if (node == null) {
                throw new RuleTestException(file, in, "the key " + key + " is missing");
            }
            return node;
        }

        private List<Node> sequence(Node node) throws RuleTestException {
            if (!(node instanceof SequenceNode sequence)) {
                throw new RuleTestException(file, node, "expected a sequence");
            }
            return sequence.getValue();
        }

        private String string(Node node) throws RuleTestException {
            if (!(node instanceof ScalarNode scalar)) {
                throw new RuleTestException(file, node, "expected a scalar");
            }
            return scalar.getValue();
        }

        /** Returns a String, Long, Double, Boolean, a List of these, or null. */
        private @Nullable Object value(Node node) throws RuleTestException {
            if (node instanceof SequenceNode sequence) {
                List<Object> list = new ArrayList<>();
                for (Node element : sequence.getValue()) {
                    Object value = value(element);
                    if (value != null) {
                        list.add(value);
                    }
                }
                return list;
            }
            String text = string(node);
            try {
                Tag tag = node.getTag();
                if (tag.equals(Tag.NULL)) {
                    return null;
                } else if (tag.equals(Tag.BOOL)) {
                    return Boolean.parseBoolean(text);
                } else if (tag.equals(Tag.INT)) {
                    return Long.decode(text);
                } else if (tag.equals(Tag.FLOAT)) {
                    return Double.parseDouble(text);
                }
                return text;
            } catch (NumberFormatException e) {
                throw new RuleTestException(file, node, text + " is out of range for a number");
            }
        }
    }
}
