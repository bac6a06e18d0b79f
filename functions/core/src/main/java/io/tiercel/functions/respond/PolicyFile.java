package io.tiercel.functions.respond;

import io.tiercel.rules.alert.Priority;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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

/** Reads a file of response policies; {@code rules/responses/default.yaml} shows and explains the format. */
final class PolicyFile {
    private static final String DEFAULT = "/rules/responses/default.yaml";
    private static final int MAX_CHARACTERS = 1024 * 1024;

    private final String name;

    private PolicyFile(String name) {
        this.name = name;
    }

    static List<ResponsePolicy> readDefault() {
        try (InputStream file = Objects.requireNonNull(PolicyFile.class.getResourceAsStream(DEFAULT), DEFAULT)) {
            return read(DEFAULT, new String(file.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<ResponsePolicy> read(String name, String yaml) {
        if (yaml.length() > MAX_CHARACTERS) {
            throw new PolicyInvalid(
                    name + ": the file has " + yaml.length() + " characters, more than " + MAX_CHARACTERS);
        }
        try {
            LoadSettings settings = LoadSettings.builder()
                    .setLabel(name)
                    .setMaxAliasesForCollections(0)
                    .build();
            Node root = new Compose(settings).composeString(yaml).orElse(null);
            return new PolicyFile(name).policies(root);
        } catch (MarkedYamlEngineException e) {
            throw new PolicyInvalid(name + at(e.getProblemMark().orElse(null)) + ": " + e.getProblem());
        } catch (YamlEngineException e) {
            throw new PolicyInvalid(name + ": " + e.getMessage());
        }
    }

    private List<ResponsePolicy> policies(@Nullable Node root) {
        if (!(root instanceof SequenceNode list)) {
            throw wrong(root, "a policy file is a list", "start each policy with \"- policy: its name\"");
        }
        List<ResponsePolicy> policies = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (Node item : list.getValue()) {
            ResponsePolicy policy = policy(item);
            if (!names.add(policy.name())) {
                throw wrong(item, "there are two policies \"" + policy.name() + "\"", "give each a name of its own");
            }
            policies.add(policy);
        }
        return List.copyOf(policies);
    }

    private ResponsePolicy policy(Node item) {
        Map<String, Node> parts = parts(item, Set.of("policy", "desc", "match", "actions"));
        List<Action> actions = new ArrayList<>();
        for (Node action : list(required(item, parts, "actions"))) {
            String label = text(action);
            actions.add(Action.parse(label)
                    .orElseThrow(
                            () -> wrong(action, "unknown action \"" + label + "\"", "use one of " + Action.labels())));
        }
        return new ResponsePolicy(
                text(required(item, parts, "policy")),
                text(required(item, parts, "desc")),
                match(required(item, parts, "match")),
                List.copyOf(actions));
    }

    private ResponsePolicy.Match match(Node item) {
        Map<String, Node> parts =
                parts(item, Set.of("priority", "rules", "tags", "tactics", "techniques", "container"));
        if (parts.isEmpty()) {
            throw wrong(item, "match is empty", "give at least a priority");
        }
        return new ResponsePolicy.Match(
                priority(parts.get("priority")),
                texts(parts.get("rules")),
                texts(parts.get("tags")),
                texts(parts.get("tactics")),
                texts(parts.get("techniques")),
                flag(parts.get("container")));
    }

    private @Nullable Priority priority(@Nullable Node node) {
        return node == null
                ? null
                : Priority.parse(text(node))
                        .orElseThrow(() -> wrong(
                                node,
                                "unknown priority",
                                "use one of Emergency, Alert, Critical, "
                                        + "Error, Warning, Notice, Informational, Debug"));
    }

    private @Nullable Boolean flag(@Nullable Node node) {
        return node == null
                ? null
                : switch (text(node)) {
                    case "true" -> true;
                    case "false" -> false;
                    default -> throw wrong(node, "this is neither true nor false", "write true or false");
                };
    }

    private Set<String> texts(@Nullable Node node) {
        Set<String> texts = new LinkedHashSet<>();
        if (node != null) {
            list(node).forEach(item -> texts.add(text(item)));
            if (texts.isEmpty()) {
                throw wrong(node, "the list is empty", "leave the line out, or name what may match");
            }
        }
        return texts;
    }

    private List<Node> list(Node node) {
        if (node instanceof SequenceNode list) {
            return list.getValue();
        }
        throw wrong(node, "this is not a list", "write [a, b]");
    }

    private String text(Node node) {
        if (node instanceof ScalarNode scalar && !scalar.getValue().isBlank()) {
            return scalar.getValue();
        }
        throw wrong(node, "this is not a text", "write a word or a line of text");
    }

    private Node required(Node item, Map<String, Node> parts, String key) {
        Node part = parts.get(key);
        if (part == null) {
            throw wrong(item, key + " is missing", "a policy has policy, desc, match and actions");
        }
        return part;
    }

    private Map<String, Node> parts(Node node, Set<String> allowed) {
        if (!(node instanceof MappingNode mapping)) {
            throw wrong(node, "this is not a mapping", "write \"key: value\" lines");
        }
        Map<String, Node> parts = new LinkedHashMap<>();
        for (NodeTuple part : mapping.getValue()) {
            String key = text(part.getKeyNode());
            if (!allowed.contains(key)) {
                throw wrong(
                        part.getKeyNode(),
                        "unknown key \"" + key + "\"",
                        "use one of " + allowed.stream().sorted().collect(Collectors.joining(", ")));
            }
            if (parts.put(key, part.getValueNode()) != null) {
                throw wrong(part.getKeyNode(), key + " is there twice", "keep one of the two");
            }
        }
        return parts;
    }

    private PolicyInvalid wrong(@Nullable Node node, String what, String instead) {
        Mark mark = node == null ? null : node.getStartMark().orElse(null);
        return new PolicyInvalid(name + at(mark) + ": " + what + "; " + instead);
    }

    private static String at(@Nullable Mark mark) {
        return mark == null ? "" : ":" + (mark.getLine() + 1) + ":" + (mark.getColumn() + 1);
    }
}
