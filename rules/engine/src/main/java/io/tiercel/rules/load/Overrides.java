package io.tiercel.rules.load;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/**
 * The {@code override} key of an item.
 *
 * @param appended keys whose values are appended
 * @param replaced keys whose values are replaced
 */
record Overrides(Set<String> appended, Set<String> replaced) {
    /** Returns whether the item has {@code append: true}, the deprecated form, and warns about it. */
    static boolean legacyAppend(YamlItem item, Warnings warnings) throws RuleLoadException {
        boolean append = item.bool("append", false);
        if (append) {
            warnings.add(
                    LoadCode.LOAD_DEPRECATED_ITEM,
                    item.positionOf("append"),
                    "'append: true' is deprecated",
                    "write \"override:\" with \"key: append\" below it");
        }
        return append;
    }

    static Overrides read(YamlItem item, Set<String> appendable, Set<String> replaceable) throws RuleLoadException {
        Set<String> appended = new LinkedHashSet<>();
        Set<String> replaced = new LinkedHashSet<>();
        Node node = item.node("override");
        if (node instanceof MappingNode mapping) {
            for (NodeTuple tuple : mapping.getValue()) {
                SourcePosition position = item.position().at(tuple.getKeyNode());
                String key = scalar(tuple.getKeyNode(), position);
                String operation = scalar(tuple.getValueNode(), position.at(tuple.getValueNode()));
                switch (operation) {
                    case "append" -> {
                        allowed(key, "append", appendable, position);
                        appended.add(key);
                    }
                    case "replace" -> {
                        allowed(key, "replace", replaceable, position);
                        replaced.add(key);
                    }
                    default ->
                        throw position.at(tuple.getValueNode())
                                .invalidYaml(
                                        "unknown operation '" + operation + "' for '" + key + "'",
                                        "write append or replace, in lower case");
                }
            }
        } else if (node != null && !(node instanceof ScalarNode)) {
            throw item.positionOf("override")
                    .invalidYaml("'override' must be a mapping", "write \"override:\" with \"key: append\" below it");
        }
        return new Overrides(appended, replaced);
    }

    boolean isEmpty() {
        return appended.isEmpty() && replaced.isEmpty();
    }

    /** Rejects both forms in one item. */
    void rejectWith(boolean legacyAppend, YamlItem item) throws RuleLoadException {
        if (legacyAppend && !isEmpty()) {
            throw item.positionOf("append").invalidYaml("the item has both 'append' and 'override'", "remove 'append'");
        }
    }

    /** Rejects keys that are named in override but missing in the item. */
    void requirePresent(Set<String> keys, YamlItem item) throws RuleLoadException {
        for (String key : keys) {
            if (!item.has(key)) {
                throw item.positionOf("override")
                        .invalidYaml(
                                "'override' names '" + key + "', but the item does not have this key",
                                "add \"" + key + ": ...\" to the item, or remove it from 'override'");
            }
        }
    }

    private static void allowed(String key, String operation, Set<String> keys, SourcePosition position)
            throws RuleLoadException {
        if (!keys.contains(key)) {
            throw position.invalidYaml(
                    "'" + key + "' does not support the operation " + operation,
                    "keys that support " + operation + ": " + String.join(", ", new TreeSet<>(keys)));
        }
    }

    private static String scalar(@Nullable Node node, SourcePosition position) throws RuleLoadException {
        if (node instanceof ScalarNode scalar) {
            return scalar.getValue();
        }
        throw position.invalidYaml(
                "keys and values of 'override' must be scalars", "write \"key: append\" or \"key: replace\"");
    }
}
