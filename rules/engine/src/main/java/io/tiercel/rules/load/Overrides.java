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
 * The {@code override} of an item.
 *
 * @param appended the keys whose values are appended
 * @param replaced the keys whose values are replaced
 */
record Overrides(Set<String> appended, Set<String> replaced) {
    /** Whether the item carries a true {@code append}, the older form; warns of it. */
    static boolean oldAppend(YamlItem item, Warnings warnings) throws RuleLoadException {
        boolean append = item.bool("append", false);
        if (append) {
            warnings.add(
                    LoadCode.LOAD_DEPRECATED_ITEM,
                    item.spotOf("append"),
                    "'append: true' is the old form",
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
                SourcePosition spot = item.spot().at(tuple.getKeyNode());
                String key = scalar(tuple.getKeyNode(), spot);
                String operation = scalar(tuple.getValueNode(), spot.at(tuple.getValueNode()));
                switch (operation) {
                    case "append" -> {
                        allowed(key, "append", appendable, spot);
                        appended.add(key);
                    }
                    case "replace" -> {
                        allowed(key, "replace", replaceable, spot);
                        replaced.add(key);
                    }
                    default ->
                        throw spot.at(tuple.getValueNode())
                                .misshapen(
                                        "'" + operation + "' is no override for '" + key + "'",
                                        "write append or replace, in lower case");
                }
            }
        } else if (node != null && !(node instanceof ScalarNode)) {
            throw item.spotOf("override")
                    .misshapen("'override' must be a mapping", "write \"override:\" with \"key: append\" below it");
        }
        return new Overrides(appended, replaced);
    }

    boolean isEmpty() {
        return appended.isEmpty() && replaced.isEmpty();
    }

    /** Refuses both forms in one item. */
    void notWith(boolean oldAppend, YamlItem item) throws RuleLoadException {
        if (oldAppend && !isEmpty()) {
            throw item.spotOf("append")
                    .misshapen("'append' and 'override' in one item", "keep 'override' and leave out 'append'");
        }
    }

    /** Refuses keys that override names and the item does not have. */
    void present(Set<String> keys, YamlItem item) throws RuleLoadException {
        for (String key : keys) {
            if (!item.has(key)) {
                throw item.spotOf("override")
                        .misshapen(
                                "'override' names '" + key + "', but the item has no such key",
                                "add \"" + key + ": ...\" to the item, or leave it out of 'override'");
            }
        }
    }

    private static void allowed(String key, String operation, Set<String> keys, SourcePosition spot)
            throws RuleLoadException {
        if (!keys.contains(key)) {
            throw spot.misshapen(
                    "'" + key + "' cannot be overridden with " + operation,
                    operation + " is for: " + String.join(", ", new TreeSet<>(keys)));
        }
    }

    private static String scalar(@Nullable Node node, SourcePosition spot) throws RuleLoadException {
        if (node instanceof ScalarNode scalar) {
            return scalar.getValue();
        }
        throw spot.misshapen(
                "'override' holds something other than texts", "write \"key: append\" or \"key: replace\"");
    }
}
