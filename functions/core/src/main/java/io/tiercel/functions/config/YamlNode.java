package io.tiercel.functions.config;

import java.time.Duration;
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

/**
 * A node of a YAML file with its position. Every method throws {@link InvalidConfiguration} if the node has another type or value.
 */
public final class YamlNode {
    private static final int MAX_CHARACTERS = 1024 * 1024;

    private final String file;
    private final Node node;

    private YamlNode(String file, Node node) {
        this.file = file;
        this.node = node;
    }

    /**
     * Parses a file that contains one document of at most 1,048,576 characters without aliases.
     *
     * @param file name of the file, for messages
     * @param yaml text of the file
     */
    public static YamlNode parse(String file, String yaml) {
        if (yaml.length() > MAX_CHARACTERS) {
            throw new InvalidConfiguration(
                    file + ": the file has " + yaml.length() + " characters; the maximum is " + MAX_CHARACTERS);
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
            throw new InvalidConfiguration(file + position(e.getProblemMark().orElse(null)) + ": " + e.getProblem());
        } catch (YamlEngineException e) {
            throw new InvalidConfiguration(file + ": " + e.getMessage());
        }
    }

    /** Returns whether this is a scalar, not a list or a mapping. */
    public boolean isScalar() {
        return node instanceof ScalarNode;
    }

    /** Returns the text of a scalar, which must not be blank. */
    public String text() {
        if (node instanceof ScalarNode scalar && !scalar.getValue().isBlank()) {
            return scalar.getValue();
        }
        throw error("expected a text", "write a word or a line of text");
    }

    /** Returns the value of a Boolean. */
    public boolean bool() {
        return switch (text()) {
            case "true" -> true;
            case "false" -> false;
            default -> throw error("expected a Boolean", "write true or false");
        };
    }

    /** Returns a whole number between two limits, both inclusive. */
    public long number(long min, long max) {
        try {
            long number = Long.parseLong(text());
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Reported below.
        }
        throw error("\"" + text() + "\" is out of range or not a number", "write a number from " + min + " to " + max);
    }

    /** Returns a duration between two limits, both inclusive. */
    public Duration duration(Duration min, Duration max) {
        return Durations.parse(text())
                .filter(duration -> duration.compareTo(min) >= 0 && duration.compareTo(max) <= 0)
                .orElseThrow(() -> error(
                        "\"" + text() + "\" is out of range or not a duration",
                        "write a duration from " + Durations.format(min) + " to " + Durations.format(max)
                                + ", for example 30s, 15m, 24h or 7d"));
    }

    /** Returns the items of a list. */
    public List<YamlNode> items() {
        if (node instanceof SequenceNode list) {
            return list.getValue().stream()
                    .map(item -> new YamlNode(file, item))
                    .toList();
        }
        throw error("expected a list", "write [a, b], or one line \"- a\" per item");
    }

    /** Returns the texts of a list. */
    public List<String> texts() {
        return items().stream().map(YamlNode::text).toList();
    }

    /** Returns the values of a mapping by key, in file order. */
    public Map<String, YamlNode> entries() {
        Map<String, YamlNode> parts = new LinkedHashMap<>();
        pairs().forEach((key, value) -> parts.put(key.text(), value));
        return parts;
    }

    /** Returns the values of a mapping by key, in file order. Rejects keys that are not allowed. */
    public Map<String, YamlNode> mapping(Set<String> allowed) {
        Map<String, YamlNode> parts = new LinkedHashMap<>();
        pairs().forEach((key, value) -> {
            if (!allowed.contains(key.text())) {
                throw key.error(
                        "unknown key \"" + key.text() + "\"",
                        "use one of " + allowed.stream().sorted().collect(Collectors.joining(", ")));
            }
            parts.put(key.text(), value);
        });
        return parts;
    }

    /** Returns the value of a required key. */
    public YamlNode required(Map<String, YamlNode> parts, String key) {
        YamlNode part = parts.get(key);
        if (part == null) {
            throw error(key + " is missing", "add a line \"" + key + ": ...\"");
        }
        return part;
    }

    private Map<YamlNode, YamlNode> pairs() {
        if (!(node instanceof MappingNode mapping)) {
            throw error("expected a mapping", "write \"key: value\" lines");
        }
        Map<YamlNode, YamlNode> parts = new LinkedHashMap<>();
        Set<String> seen = new HashSet<>();
        for (NodeTuple tuple : mapping.getValue()) {
            YamlNode key = new YamlNode(file, tuple.getKeyNode());
            if (!seen.add(key.text())) {
                throw key.error("duplicate key " + key.text(), "remove one of the two");
            }
            parts.put(key, new YamlNode(file, tuple.getValueNode()));
        }
        return parts;
    }

    /**
     * Returns an error at this node's position.
     *
     * @param problem the problem
     * @param correction how to correct it
     */
    public InvalidConfiguration error(String problem, String correction) {
        return new InvalidConfiguration(
                file + position(node.getStartMark().orElse(null)) + ": " + problem + "; " + correction);
    }

    private static String position(@Nullable Mark mark) {
        return mark == null ? "" : ":" + (mark.getLine() + 1) + ":" + (mark.getColumn() + 1);
    }
}
