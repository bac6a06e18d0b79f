package io.tiercel.functions.config;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** A part of a YAML file, which knows its place in it. Every method throws {@link InvalidConfiguration} where the part is not so. */
public final class YamlNode {
    private static final int MAX_CHARACTERS = 1024 * 1024;

    private final String file;
    private final Node node;

    private YamlNode(String file, Node node) {
        this.file = file;
        this.node = node;
    }

    /**
     * Reads a file of one document, without aliases, of at most 1,048,576 characters.
     *
     * @param file its name, for messages
     * @param yaml its text
     */
    public static YamlNode parse(String file, String yaml) {
        if (yaml.length() > MAX_CHARACTERS) {
            throw new InvalidConfiguration(
                    file + ": the file has " + yaml.length() + " characters, more than " + MAX_CHARACTERS);
        }
        try {
            LoadSettings settings = LoadSettings.builder()
                    .setLabel(file)
                    .setMaxAliasesForCollections(0)
                    .build();
            return new Compose(settings)
                    .composeString(yaml)
                    .map(root -> new YamlNode(file, root))
                    .orElseThrow(() -> new InvalidConfiguration(file + ": the file is empty"));
        } catch (MarkedYamlEngineException e) {
            throw new InvalidConfiguration(file + at(e.getProblemMark().orElse(null)) + ": " + e.getProblem());
        } catch (YamlEngineException e) {
            throw new InvalidConfiguration(file + ": " + e.getMessage());
        }
    }

    /** Whether this is a text and neither list nor mapping. */
    public boolean isScalar() {
        return node instanceof ScalarNode;
    }

    /** The text of a scalar; not blank. */
    public String text() {
        if (node instanceof ScalarNode scalar && !scalar.getValue().isBlank()) {
            return scalar.getValue();
        }
        throw error("this is not a text", "write a word or a line of text");
    }

    /** True or false. */
    public boolean bool() {
        return switch (text()) {
            case "true" -> true;
            case "false" -> false;
            default -> throw error("this is neither true nor false", "write true or false");
        };
    }

    /** A whole number within bounds, both included. */
    public long number(long least, long most) {
        try {
            long number = Long.parseLong(text());
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Told below.
        }
        throw error("\"" + text() + "\" does not do here", "write a number from " + least + " to " + most);
    }

    /** The items of a list. */
    public List<YamlNode> items() {
        if (node instanceof SequenceNode list) {
            return list.getValue().stream()
                    .map(item -> new YamlNode(file, item))
                    .toList();
        }
        throw error("this is not a list", "write [a, b], or a line \"- a\" for each");
    }

    /** The texts of a list. */
    public List<String> texts() {
        return items().stream().map(YamlNode::text).toList();
    }

    /** The values of a mapping by their keys, in order, whatever the keys are. */
    public Map<String, YamlNode> entries() {
        Map<String, YamlNode> parts = new LinkedHashMap<>();
        keyed().forEach((key, value) -> parts.put(key.text(), value));
        return parts;
    }

    /** The values of a mapping by their keys, in order, of which only some are allowed. */
    public Map<String, YamlNode> mapping(Set<String> allowed) {
        Map<String, YamlNode> parts = new LinkedHashMap<>();
        keyed().forEach((key, value) -> {
            if (!allowed.contains(key.text())) {
                throw key.error(
                        "unknown key \"" + key.text() + "\"",
                        "use one of " + allowed.stream().sorted().collect(Collectors.joining(", ")));
            }
            parts.put(key.text(), value);
        });
        return parts;
    }

    /** The value of a key that has to be there. */
    public YamlNode required(Map<String, YamlNode> parts, String key) {
        YamlNode part = parts.get(key);
        if (part == null) {
            throw error(key + " is missing", "add a line \"" + key + ": ...\"");
        }
        return part;
    }

    private Map<YamlNode, YamlNode> keyed() {
        if (!(node instanceof MappingNode mapping)) {
            throw error("this is not a mapping", "write \"key: value\" lines");
        }
        Map<YamlNode, YamlNode> parts = new LinkedHashMap<>();
        Set<String> seen = new HashSet<>();
        for (NodeTuple tuple : mapping.getValue()) {
            YamlNode key = new YamlNode(file, tuple.getKeyNode());
            if (!seen.add(key.text())) {
                throw key.error(key.text() + " is there twice", "keep one of the two");
            }
            parts.put(key, new YamlNode(file, tuple.getValueNode()));
        }
        return parts;
    }

    /**
     * The complaint about this part.
     *
     * @param what what is wrong
     * @param instead how to write it
     */
    public InvalidConfiguration error(String what, String instead) {
        return new InvalidConfiguration(file + at(node.getStartMark().orElse(null)) + ": " + what + "; " + instead);
    }

    private static String at(@Nullable Mark mark) {
        return mark == null ? "" : ":" + (mark.getLine() + 1) + ":" + (mark.getColumn() + 1);
    }
}
