package io.tiercel.sensor.config;

import io.tiercel.rules.load.NameSuggestion;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** Reader of a configuration file: YAML with the keys of {@link Settings} and no others. */
final class ConfigFile {
    private static final int MAX_BYTES = 1 << 20;

    private final Path file;
    private final Map<Setting, SuppliedValue> found = new HashMap<>();
    private final List<String> problems = new ArrayList<>();

    private ConfigFile(Path file) {
        this.file = file;
    }

    /**
     * Reads a file.
     *
     * @param problems receives the problems found
     */
    static Map<Setting, SuppliedValue> read(Path file, List<String> problems) {
        ConfigFile reading = new ConfigFile(file);
        reading.read();
        problems.addAll(reading.problems);
        return reading.found;
    }

    private void read() {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                problems.add(file + ": the file is larger than " + MAX_BYTES + " bytes");
                return;
            }
            LoadSettings settings = LoadSettings.builder()
                    .setLabel(file.toString())
                    .setAllowDuplicateKeys(false)
                    .build();
            Optional<Node> root = new Compose(settings).composeString(new String(bytes, StandardCharsets.UTF_8));
            root.ifPresent(node -> section("", node));
        } catch (NoSuchFileException e) {
            problems.add(file + ": no such file");
        } catch (IOException e) {
            problems.add(file + ": cannot be read: " + e.getMessage());
        } catch (MarkedYamlEngineException e) {
            String line =
                    e.getProblemMark().map(mark -> ":" + (mark.getLine() + 1)).orElse("");
            problems.add(file + line + ": invalid YAML: " + e.getProblem());
        } catch (YamlEngineException e) {
            problems.add(file + ": invalid YAML: " + e.getMessage());
        }
    }

    private void section(String path, Node node) {
        if (isNull(node)) {
            return;
        }
        if (!(node instanceof MappingNode mapping)) {
            problem(node, (path.isEmpty() ? "the file" : path) + " must be a mapping of keys to values");
            return;
        }
        Map<String, Integer> lines = new HashMap<>();
        for (NodeTuple entry : mapping.getValue()) {
            String name = entry.getKeyNode() instanceof ScalarNode scalar ? scalar.getValue() : "";
            String inner = path.isEmpty() ? name : path + "." + name;
            Integer before = lines.putIfAbsent(name, line(entry.getKeyNode()));
            if (before != null) {
                problem(entry.getKeyNode(), "duplicate key " + inner + ", first set in line " + before);
                continue;
            }
            Setting setting = Settings.BY_PATH.get(inner);
            if (setting != null) {
                value(setting, entry.getValueNode());
            } else if (Settings.ALL.stream().anyMatch(k -> k.path().startsWith(inner + "."))) {
                section(inner, entry.getValueNode());
            } else {
                problem(entry.getKeyNode(), unknown(path, inner));
            }
        }
    }

    private static String unknown(String path, String inner) {
        List<String> siblings = Settings.ALL.stream()
                .map(Setting::path)
                .filter(known -> path.isEmpty() || known.startsWith(path + "."))
                .map(known -> {
                    int end = known.indexOf('.', path.isEmpty() ? 0 : path.length() + 1);
                    return end < 0 ? known : known.substring(0, end);
                })
                .distinct()
                .toList();
        return "unknown key " + inner
                + NameSuggestion.find(inner, siblings)
                        .map(similar -> "; did you mean " + similar + "?")
                        .orElse("; valid keys are " + String.join(", ", siblings));
    }

    private void value(Setting setting, Node node) {
        if (isNull(node)) {
            return;
        }
        boolean list = setting.type() instanceof Setting.Type.TextList;
        List<String> values = new ArrayList<>();
        if (list && node instanceof SequenceNode sequence) {
            for (Node element : sequence.getValue()) {
                if (element instanceof ScalarNode scalar) {
                    values.add(scalar.getValue());
                } else {
                    problem(element, setting.path() + " must be " + setting.expectedValue());
                    return;
                }
            }
        } else if (node instanceof ScalarNode scalar) {
            values.add(scalar.getValue());
        } else {
            problem(node, setting.path() + " must be " + setting.expectedValue());
            return;
        }
        found.put(setting, new SuppliedValue(values, new Origin.InFile(file, line(node))));
    }

    private static boolean isNull(Node node) {
        return node instanceof ScalarNode scalar
                && scalar.isPlain()
                && (scalar.getValue().isEmpty()
                        || scalar.getValue().equals("null")
                        || scalar.getValue().equals("~"));
    }

    private void problem(Node node, String problem) {
        problems.add(file + ":" + line(node) + ": " + problem);
    }

    private static int line(Node node) {
        return node.getStartMark().map(mark -> mark.getLine() + 1).orElse(0);
    }
}
