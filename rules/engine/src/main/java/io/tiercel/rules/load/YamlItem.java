package io.tiercel.rules.load;

import io.tiercel.rules.alert.Priority;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** The keys of one item, with methods that decode their values. The first of several equal keys counts. */
final class YamlItem {
    private final Map<String, NodeTuple> tuples;
    private final YamlBudget budget;
    private final SourcePosition position;

    private YamlItem(Map<String, NodeTuple> tuples, SourcePosition position, YamlBudget budget) {
        this.tuples = tuples;
        this.position = position;
        this.budget = budget;
    }

    static YamlItem of(MappingNode node, SourcePosition position, YamlBudget budget) {
        Map<String, NodeTuple> tuples = new LinkedHashMap<>();
        for (NodeTuple tuple : node.getValue()) {
            String key = tuple.getKeyNode() instanceof ScalarNode scalar ? scalar.getValue() : "?";
            tuples.putIfAbsent(key, tuple);
        }
        return new YamlItem(tuples, position.at(node), budget);
    }

    /** Returns the same keys as an item with this kind and name. */
    YamlItem in(ItemKind kind, @Nullable String name) {
        return new YamlItem(tuples, position.in(kind, name), budget);
    }

    SourcePosition position() {
        return position;
    }

    YamlBudget budget() {
        return budget;
    }

    boolean has(String key) {
        return tuples.containsKey(key);
    }

    @Nullable
    Node node(String key) {
        NodeTuple tuple = tuples.get(key);
        return tuple == null ? null : tuple.getValueNode();
    }

    /** Returns the position of the value of a key, or of the item if the key is missing. */
    SourcePosition positionOf(String key) {
        Node node = node(key);
        return node == null ? position : position.at(node);
    }

    void warnOfUnknownKeys(Set<String> known, Warnings warnings) {
        tuples.forEach((key, tuple) -> {
            if (!known.contains(key)) {
                warnings.add(
                        LoadCode.LOAD_UNKNOWN_KEY,
                        position.at(tuple.getKeyNode()),
                        "unknown key '" + key + "' is ignored",
                        "valid keys: " + String.join(", ", new TreeSet<>(known)));
            }
        });
    }

    /** Returns the text of a required, non-empty scalar. */
    ScalarText text(String key) throws RuleLoadException {
        Node node = node(key);
        if (node == null) {
            throw position.invalidYaml("the key '" + key + "' is missing", "add \"" + key + ": ...\" to the item");
        }
        if (YamlScalars.isNull(node)) {
            throw position.at(node).invalidYaml("'" + key + "' has no value", "write a value after \"" + key + ":\"");
        }
        if (!(node instanceof ScalarNode scalar)) {
            throw position.at(node)
                    .invalidYaml(
                            "'" + key + "' must be a scalar", "write \"" + key + ": text\", not a sequence or mapping");
        }
        if (scalar.getValue().isEmpty()) {
            throw position.at(node).invalidYaml("'" + key + "' is empty", "write a value after \"" + key + ":\"");
        }
        budget.spend(position.at(node), scalar.getValue().length());
        return ScalarText.of(scalar, position.at(node));
    }

    String string(String key) throws RuleLoadException {
        return text(key).value();
    }

    boolean bool(String key) throws RuleLoadException {
        String text = string(key);
        Optional<Boolean> value = YamlScalars.bool(text);
        if (value.isEmpty()) {
            throw positionOf(key)
                    .invalidYaml("'" + text + "' is not a boolean value for '" + key + "'", "write true or false");
        }
        return value.get();
    }

    boolean bool(String key, boolean defaultValue) throws RuleLoadException {
        return has(key) ? bool(key) : defaultValue;
    }

    long unsigned(String key) throws RuleLoadException {
        String text = string(key);
        OptionalLong value = YamlScalars.unsigned32(text);
        if (value.isEmpty()) {
            throw positionOf(key)
                    .invalidYaml(
                            "'" + text + "' is not a valid number for '" + key + "'",
                            "write a number from 0 to 4294967295");
        }
        return value.getAsLong();
    }

    Priority priority() throws RuleLoadException {
        String text = string("priority");
        Optional<Priority> priority = Priority.parse(text);
        if (priority.isEmpty()) {
            throw positionOf("priority")
                    .invalidYaml(
                            "unknown priority '" + text + "'",
                            "use EMERGENCY, ALERT, CRITICAL, ERROR, WARNING, NOTICE, INFORMATIONAL (INFO) or DEBUG");
        }
        return priority.get();
    }

    SortedSet<String> tags() throws RuleLoadException {
        return has("tags") ? new TreeSet<>(strings("tags")) : new TreeSet<>();
    }

    /** Returns the texts of a required sequence of scalars. */
    List<String> strings(String key) throws RuleLoadException {
        Node node = node(key);
        if (node == null) {
            throw position.invalidYaml("the key '" + key + "' is missing", "add \"" + key + ": [...]\" to the item");
        }
        List<String> texts = new ArrayList<>();
        for (Node element : sequence(node, key)) {
            if (!(element instanceof ScalarNode scalar) || YamlScalars.isNull(element)) {
                throw position.at(element)
                        .invalidYaml(
                                "the elements of '" + key + "' must be scalars",
                                "write \"" + key + ": [a, b, \\\"c d\\\"]\" without nested sequences or null elements");
            }
            budget.spend(position.at(element), scalar.getValue().length());
            texts.add(scalar.getValue());
        }
        return texts;
    }

    List<Node> sequence(Node node, String key) throws RuleLoadException {
        if (!(node instanceof SequenceNode sequence)) {
            throw position.at(node)
                    .invalidYaml(
                            "'" + key + "' must be a sequence",
                            "write \"" + key + ": [...]\" or one line with \"- \" for each element");
        }
        return sequence.getValue();
    }
}
