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

/** Files of trials, as {@code docs/live-tests.md} describes them. */
public final class LiveTestFile {
    private static final List<String> KEYS =
            List.of("rule", "where", "script", "needs", "capabilities", "runtime", "hosts", "terminal", "fields");
    private static final String SHAPE = "a trial has the keys " + String.join(", ", KEYS);

    private final Path file;

    private LiveTestFile(Path file) {
        this.file = file;
    }

    /**
     * The trials of a file in their order.
     *
     * @throws LiveTestException if it cannot be read or is not as it has to be
     */
    public static List<LiveTest> read(Path file) throws LiveTestException {
        try {
            LoadSettings settings =
                    LoadSettings.builder().setLabel(file.toString()).build();
            Node root = new Compose(settings)
                    .composeString(Files.readString(file))
                    .orElseThrow(() -> new LiveTestException(file + ": the file is empty; it has the key trials"));
            return new LiveTestFile(file).trials(root);
        } catch (MarkedYamlEngineException e) {
            String place = e.getProblemMark()
                    .map(mark -> ":" + (mark.getLine() + 1) + ":" + (mark.getColumn() + 1))
                    .orElse("");
            throw new LiveTestException(file + place + ": not YAML: " + e.getProblem());
        } catch (YamlEngineException e) {
            throw new LiveTestException(file + ": not YAML: " + e.getMessage());
        } catch (IOException e) {
            throw new LiveTestException(file + ": the file cannot be read");
        }
    }

    private List<LiveTest> trials(Node root) throws LiveTestException {
        Map<String, Node> top = mapping(root, "a file of trials has the key trials", List.of("trials"));
        List<LiveTest> trials = new ArrayList<>();
        for (Node node : sequence(required(top, "trials", root))) {
            trials.add(trial(node));
        }
        return trials;
    }

    private LiveTest trial(Node node) throws LiveTestException {
        Map<String, Node> keys = mapping(node, SHAPE, KEYS);
        return new LiveTest(
                file + ":" + line(node),
                text(required(keys, "rule", node)),
                where(keys.get("where")),
                text(required(keys, "script", node)),
                texts(keys.get("needs")),
                texts(keys.get("capabilities")),
                told(keys.get("runtime")),
                named(keys.get("hosts"), "hosts is a map from names to addresses"),
                flag(keys.get("terminal"), "terminal"),
                named(keys.get("fields"), "fields is a map from output fields to texts"));
    }

    private Map<String, String> named(@Nullable Node node, String shape) throws LiveTestException {
        Map<String, String> texts = new LinkedHashMap<>();
        if (node != null) {
            for (Map.Entry<String, Node> entry : mapping(node, shape, null).entrySet()) {
                texts.put(entry.getKey(), text(entry.getValue()));
            }
        }
        return texts;
    }

    private LiveTest.Where where(@Nullable Node node) throws LiveTestException {
        return switch (node == null ? "host" : text(node)) {
            case "host" -> LiveTest.Where.HOST;
            case "container" -> LiveTest.Where.CONTAINER;
            default -> throw wrong(node, "where is host or container");
        };
    }

    private StubContainer told(@Nullable Node node) throws LiveTestException {
        if (node == null) {
            return LiveTest.PLAIN;
        }
        Map<String, Node> keys = mapping(
                node,
                "a runtime tells image, namespace, privileged, mounts",
                List.of("image", "namespace", "privileged", "mounts"));
        return new StubContainer(
                text(required(keys, "image", node)),
                text(required(keys, "namespace", node)),
                flag(keys.get("privileged"), "privileged"),
                named(keys.get("mounts"), "mounts is a map from sources to destinations"));
    }

    private boolean flag(@Nullable Node node, String key) throws LiveTestException {
        return switch (node == null ? "false" : text(node).toLowerCase(Locale.ROOT)) {
            case "false" -> false;
            case "true" -> true;
            default -> throw wrong(node, key + " is true or false");
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
            throw wrong(node, shape);
        }
        Map<String, Node> entries = new LinkedHashMap<>();
        for (NodeTuple tuple : mapping.getValue()) {
            String key = text(tuple.getKeyNode());
            if (allowed != null && !allowed.contains(key)) {
                throw wrong(tuple.getKeyNode(), "unknown key " + key + ": " + shape);
            }
            entries.put(key, tuple.getValueNode());
        }
        return entries;
    }

    private Node required(Map<String, Node> keys, String key, Node in) throws LiveTestException {
        Node node = keys.get(key);
        if (node == null) {
            throw wrong(in, "the key " + key + " is missing here");
        }
        return node;
    }

    private List<Node> sequence(Node node) throws LiveTestException {
        if (!(node instanceof SequenceNode sequence)) {
            throw wrong(node, "a list is needed here");
        }
        return sequence.getValue();
    }

    private String text(Node node) throws LiveTestException {
        if (!(node instanceof ScalarNode scalar)) {
            throw wrong(node, "a text is needed here");
        }
        return scalar.getValue();
    }

    private LiveTestException wrong(@Nullable Node node, String problem) {
        return new LiveTestException(file + (node == null ? "" : ":" + line(node)) + ": " + problem);
    }

    private static int line(Node node) {
        return node.getStartMark().map(mark -> mark.getLine() + 1).orElse(0);
    }
}
