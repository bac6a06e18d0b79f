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

/** The keys of one item, the first of equal ones, and the decoding of their values. */
final class YamlItem {
    private final Map<String, NodeTuple> tuples;
    private final YamlBudget budget;
    private final SourcePosition spot;

    private YamlItem(Map<String, NodeTuple> tuples, SourcePosition spot, YamlBudget budget) {
        this.tuples = tuples;
        this.spot = spot;
        this.budget = budget;
    }

    static YamlItem of(MappingNode node, SourcePosition spot, YamlBudget budget) {
        Map<String, NodeTuple> tuples = new LinkedHashMap<>();
        for (NodeTuple tuple : node.getValue()) {
            String key = tuple.getKeyNode() instanceof ScalarNode scalar ? scalar.getValue() : "?";
            tuples.putIfAbsent(key, tuple);
        }
        return new YamlItem(tuples, spot.at(node), budget);
    }

    /** The same keys, seen as an item of this kind and name. */
    YamlItem in(ItemKind kind, @Nullable String name) {
        return new YamlItem(tuples, spot.in(kind, name), budget);
    }

    SourcePosition spot() {
        return spot;
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

    /** The place of a key's value, or of the item if it has no such key. */
    SourcePosition spotOf(String key) {
        Node node = node(key);
        return node == null ? spot : spot.at(node);
    }

    void warnOfUnknown(Set<String> known, Warnings warnings) {
        tuples.forEach((key, tuple) -> {
            if (!known.contains(key)) {
                warnings.add(
                        LoadCode.LOAD_UNKNOWN_KEY,
                        spot.at(tuple.getKeyNode()),
                        "unknown key '" + key + "' is ignored",
                        "known here: " + String.join(", ", new TreeSet<>(known)));
            }
        });
    }

    /** The text of a required, non-empty scalar. */
    ScalarText text(String key) throws RuleLoadException {
        Node node = node(key);
        if (node == null) {
            throw spot.misshapen("the key '" + key + "' is missing", "add \"" + key + ": ...\" to the item");
        }
        if (YamlScalars.isNull(node)) {
            throw spot.at(node).misshapen("'" + key + "' has no value", "write a value after \"" + key + ":\"");
        }
        if (!(node instanceof ScalarNode scalar)) {
            throw spot.at(node)
                    .misshapen(
                            "'" + key + "' must be a single text",
                            "write \"" + key + ": text\", not a sequence or mapping");
        }
        if (scalar.getValue().isEmpty()) {
            throw spot.at(node).misshapen("'" + key + "' is empty", "write a non-empty text");
        }
        budget.spend(spot.at(node), scalar.getValue().length());
        return ScalarText.of(scalar, spot.at(node));
    }

    String string(String key) throws RuleLoadException {
        return text(key).value();
    }

    boolean bool(String key) throws RuleLoadException {
        String text = string(key);
        Optional<Boolean> value = YamlScalars.bool(text);
        if (value.isEmpty()) {
            throw spotOf(key).misshapen("'" + text + "' is no boolean for '" + key + "'", "write true or false");
        }
        return value.get();
    }

    boolean bool(String key, boolean whenMissing) throws RuleLoadException {
        return has(key) ? bool(key) : whenMissing;
    }

    long unsigned(String key) throws RuleLoadException {
        String text = string(key);
        OptionalLong value = YamlScalars.unsigned32(text);
        if (value.isEmpty()) {
            throw spotOf(key)
                    .misshapen("'" + text + "' is no number for '" + key + "'", "write a number from 0 to 4294967295");
        }
        return value.getAsLong();
    }

    Priority priority() throws RuleLoadException {
        String text = string("priority");
        Optional<Priority> priority = Priority.parse(text);
        if (priority.isEmpty()) {
            throw spotOf("priority")
                    .misshapen(
                            "'" + text + "' is no priority",
                            "write one of EMERGENCY, ALERT, CRITICAL, ERROR, WARNING, NOTICE, INFORMATIONAL (INFO), DEBUG");
        }
        return priority.get();
    }

    SortedSet<String> tags() throws RuleLoadException {
        return has("tags") ? new TreeSet<>(strings("tags")) : new TreeSet<>();
    }

    /** The texts of a required sequence of scalars. */
    List<String> strings(String key) throws RuleLoadException {
        Node node = node(key);
        if (node == null) {
            throw spot.misshapen("the key '" + key + "' is missing", "add \"" + key + ": [...]\" to the item");
        }
        List<String> texts = new ArrayList<>();
        for (Node element : sequence(node, key)) {
            if (!(element instanceof ScalarNode scalar) || YamlScalars.isNull(element)) {
                throw spot.at(element)
                        .misshapen(
                                "the elements of '" + key + "' must be single texts",
                                "write \"" + key + ": [a, b, \\\"c d\\\"]\" without nested sequences or null elements");
            }
            budget.spend(spot.at(element), scalar.getValue().length());
            texts.add(scalar.getValue());
        }
        return texts;
    }

    List<Node> sequence(Node node, String key) throws RuleLoadException {
        if (!(node instanceof SequenceNode sequence)) {
            throw spot.at(node)
                    .misshapen(
                            "'" + key + "' must be a sequence", "write \"" + key + ": [...]\" or one \"- \" line each");
        }
        return sequence.getValue();
    }
}
