package io.tiercel.sensor.livetest;

import io.tiercel.sensor.container.cri.StubContainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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

/** A reader of live test files. {@code docs/live-tests.md} describes the format. */
public final class LiveTestFile {
    private static final List<String> KEYS = List.of(
            "rule",
            "technique",
            "where",
            "script",
            "harmless",
            "requires",
            "capabilities",
            "runtime",
            "hosts",
            "terminal",
            "fields");
    private static final String SHAPE = "a test has the keys " + String.join(", ", KEYS);

    private final Path file;

    private LiveTestFile(Path file) {
        this.file = file;
    }

    /**
     * Reads the tests of a file in their order.
     *
     * @throws LiveTestException if the file cannot be read or is invalid
     */
    public static List<LiveTest> read(Path file) throws LiveTestException {
        try {
            LoadSettings settings =
                    LoadSettings.builder().setLabel(file.toString()).build();
            Node root = new Compose(settings)
                    .composeString(Files.readString(file))
                    .orElseThrow(() -> new LiveTestException(file + ": the file is empty; it must have the key tests"));
            return new LiveTestFile(file).tests(root);
        } catch (MarkedYamlEngineException e) {
            String location = e.getProblemMark()
                    .map(mark -> ":" + (mark.getLine() + 1) + ":" + (mark.getColumn() + 1))
                    .orElse("");
            throw new LiveTestException(file + location + ": invalid YAML: " + e.getProblem());
        } catch (YamlEngineException e) {
            throw new LiveTestException(file + ": invalid YAML: " + e.getMessage());
        } catch (IOException e) {
            throw new LiveTestException(file + ": cannot read the file: " + e.getMessage());
        }
    }

    private List<LiveTest> tests(Node root) throws LiveTestException {
        Map<String, Node> top = mapping(root, "a live test file has the key tests", List.of("tests"));
        List<LiveTest> tests = new ArrayList<>();
        for (Node node : sequence(required(top, "tests", root))) {
            tests.add(test(node));
        }
        return tests;
    }

    private LiveTest test(Node node) throws LiveTestException {
        Map<String, Node> keys = mapping(node, SHAPE, KEYS);
        String rule = text(required(keys, "rule", node));
        if (rule.equals(LiveTest.NO_RULE) && (keys.containsKey("fields") || keys.containsKey("harmless"))) {
            throw error(node, "a test without a rule has neither fields nor harmless");
        }
        return new LiveTest(
                file + ":" + line(node),
                rule,
                keys.get("technique") instanceof Node technique ? text(technique) : "",
                environment(keys.get("where")),
                text(required(keys, "script", node)),
                keys.get("harmless") instanceof Node harmless ? text(harmless) : "",
                texts(keys.get("requires")),
                texts(keys.get("capabilities")),
                container(keys.get("runtime")),
                textMap(keys.get("hosts"), "hosts must be a mapping of names to addresses"),
                bool(keys.get("terminal"), "terminal"),
                alerts(keys.get("fields")));
    }

    private List<Map<String, String>> alerts(@Nullable Node node) throws LiveTestException {
        String shape = "fields must be a mapping of output fields to texts, or a list of such mappings";
        if (!(node instanceof SequenceNode list)) {
            return List.of(textMap(node, shape));
        }
        if (list.getValue().isEmpty()) {
            throw error(node, shape);
        }
        List<Map<String, String>> alerts = new ArrayList<>();
        for (Node alert : list.getValue()) {
            alerts.add(textMap(alert, shape));
        }
        return alerts;
    }

    private Map<String, String> textMap(@Nullable Node node, String shape) throws LiveTestException {
        Map<String, String> texts = new LinkedHashMap<>();
        if (node != null) {
            for (Map.Entry<String, Node> entry : mapping(node, shape, null).entrySet()) {
                texts.put(entry.getKey(), text(entry.getValue()));
            }
        }
        return texts;
    }

    private LiveTest.Environment environment(@Nullable Node node) throws LiveTestException {
        return switch (node == null ? "host" : text(node)) {
            case "host" -> LiveTest.Environment.HOST;
            case "container" -> LiveTest.Environment.CONTAINER;
            default -> throw error(node, "where must be host or container");
        };
    }

    private StubContainer container(@Nullable Node node) throws LiveTestException {
        if (node == null) {
            return LiveTest.DEFAULT_CONTAINER;
        }
        Map<String, Node> keys = mapping(
                node,
                "runtime has the keys image, namespace, privileged, mounts",
                List.of("image", "namespace", "privileged", "mounts"));
        return new StubContainer(
                text(required(keys, "image", node)),
                text(required(keys, "namespace", node)),
                bool(keys.get("privileged"), "privileged"),
                textMap(keys.get("mounts"), "mounts must be a mapping of sources to destinations"));
    }

    private boolean bool(@Nullable Node node, String key) throws LiveTestException {
        return switch (node == null ? "false" : text(node).toLowerCase(Locale.ROOT)) {
            case "false" -> false;
            case "true" -> true;
            default -> throw error(node, key + " must be true or false");
        };
    }

    private List<String> texts(@Nullable Node node) throws LiveTestException {
        List<String> texts = new ArrayList<>();
        if (node != null) {
            for (Node element : sequence(node)) {
                texts.add(text(element));
            }
        }
        return texts;
    }

    private Map<String, Node> mapping(Node node, String shape, @Nullable List<String> allowed)
            throws LiveTestException {
        if (!(node instanceof MappingNode mapping)) {
            throw error(node, shape);
        }
        Map<String, Node> entries = new LinkedHashMap<>();
        for (NodeTuple tuple : mapping.getValue()) {
            String key = text(tuple.getKeyNode());
            if (allowed != null && !allowed.contains(key)) {
                throw error(tuple.getKeyNode(), "unknown key " + key + ": " + shape);
            }
            entries.put(key, tuple.getValueNode());
        }
        return entries;
    }

    private Node required(Map<String, Node> keys, String key, Node in) throws LiveTestException {
        Node node = keys.get(key);
        if (node == null) {
            throw error(in, "the key " + key + " is required");
        }
        return node;
    }

    private List<Node> sequence(Node node) throws LiveTestException {
        if (!(node instanceof SequenceNode sequence)) {
            throw error(node, "expected a list");
        }
        return sequence.getValue();
    }

    private String text(Node node) throws LiveTestException {
        if (!(node instanceof ScalarNode scalar)) {
            throw error(node, "expected a text");
        }
        return scalar.getValue();
    }

    private LiveTestException error(@Nullable Node node, String problem) {
        return new LiveTestException(file + (node == null ? "" : ":" + line(node)) + ": " + problem);
    }

    private static int line(Node node) {
        return node.getStartMark().map(mark -> mark.getLine() + 1).orElse(0);
    }
}
