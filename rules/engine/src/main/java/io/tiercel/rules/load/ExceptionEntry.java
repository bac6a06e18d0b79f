package io.tiercel.rules.load;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * One entry of the {@code exceptions} of a rule, as written.
 *
 * @param fields null if not specified
 * @param comps comparison operators; null if not specified
 */
record ExceptionEntry(
        SourcePosition position,
        String name,
        @Nullable YamlValue fields,
        @Nullable YamlValue comps,
        List<YamlValue> values) {
    private static final int MAX_DEPTH = 8;
    /** Maximum number of exceptions in one item. */
    private static final int MAX_ENTRIES = 10_000;

    /** A scalar or a sequence, nested as in the file. */
    sealed interface YamlValue {
        record Scalar(String text) implements YamlValue {}

        record Sequence(List<YamlValue> parts) implements YamlValue {}
    }

    /** Reads the exceptions of a rule. {@code definition} is false if they are appended to existing ones. */
    static List<ExceptionEntry> read(YamlItem item, boolean definition, Warnings warnings) throws RuleLoadException {
        Node node = item.node("exceptions");
        List<ExceptionEntry> entries = new ArrayList<>();
        Set<String> names = new HashSet<>();
        if (node == null || YamlScalars.isNull(node)) {
            return entries;
        }
        for (Node element : item.sequence(node, "exceptions")) {
            if (!(element instanceof MappingNode mapping)) {
                throw item.position()
                        .at(element)
                        .invalidYaml(
                                "an exception must be a mapping",
                                "write \"- name: ...\" with the keys fields, comps and values");
            }
            YamlItem keys = YamlItem.of(mapping, item.position(), item.budget());
            if (entries.size() == MAX_ENTRIES) {
                throw keys.position()
                        .invalidYaml(
                                "more than " + MAX_ENTRIES + " exceptions in one item",
                                "combine the values of exceptions with the same fields");
            }
            ExceptionEntry entry = entry(keys, definition, warnings);
            if (!names.add(entry.name())) {
                warnings.add(
                        LoadCode.LOAD_EXCEPTION_NAME_NOT_UNIQUE,
                        keys.position(),
                        "the exception name '" + entry.name() + "' is not unique; both exceptions apply",
                        "use a different name for each exception of a rule");
            }
            entries.add(entry);
        }
        return entries;
    }

    private static ExceptionEntry entry(YamlItem keys, boolean definition, Warnings warnings) throws RuleLoadException {
        String name = keys.string("name");
        if (definition && !keys.has("fields")) {
            throw keys.position()
                    .invalidYaml(
                            "the exception '" + name + "' has no fields", "add \"fields: [proc.name, ...]\" to it");
        }
        YamlValue fields = operand(keys, "fields");
        YamlValue comps = trimmed(operand(keys, "comps"));
        List<YamlValue> values = new ArrayList<>();
        Node node = keys.node("values");
        if (node != null) {
            for (Node value : keys.sequence(node, "values")) {
                YamlValue read = operand(value, keys, 0);
                values.add(read == null ? new YamlValue.Scalar("") : read);
            }
        } else if (!definition) {
            warnings.add(
                    LoadCode.LOAD_APPEND_NO_VALUES,
                    keys.position(),
                    "the appended exception '" + name + "' has no values",
                    "add values, or remove the exception");
        }
        return new ExceptionEntry(keys.position(), name, fields, comps, values);
    }

    private static @Nullable YamlValue operand(YamlItem keys, String key) throws RuleLoadException {
        Node node = keys.node(key);
        YamlValue operand = node == null ? null : operand(node, keys, 0);
        return operand instanceof YamlValue.Sequence(List<YamlValue> parts) && parts.isEmpty() ? null : operand;
    }

    /** As in Falco, null and mappings are treated as not specified. */
    private static @Nullable YamlValue operand(Node node, YamlItem keys, int depth) throws RuleLoadException {
        SourcePosition position = keys.position().at(node);
        keys.budget()
                .spend(
                        position,
                        node instanceof ScalarNode scalar ? scalar.getValue().length() : 0);
        if (depth > MAX_DEPTH) {
            throw position.invalidYaml(
                    "sequences are nested too deeply in the exception", "write values as tuples: [[a, b], [c, d]]");
        }
        return switch (node) {
            case SequenceNode sequence -> {
                List<YamlValue> parts = new ArrayList<>();
                for (Node part : sequence.getValue()) {
                    YamlValue read = operand(part, keys, depth + 1);
                    parts.add(read == null ? new YamlValue.Scalar("") : read);
                }
                yield new YamlValue.Sequence(parts);
            }
            case ScalarNode scalar
            when !YamlScalars.isNull(scalar) -> {
                if (scalar.getValue().isEmpty()) {
                    throw position.invalidYaml(
                            "empty value in the exception", "write a value; for an empty text write '\"\"'");
                }
                yield new YamlValue.Scalar(scalar.getValue());
            }
            default -> null;
        };
    }

    private static @Nullable YamlValue trimmed(@Nullable YamlValue comps) {
        return switch (comps) {
            case null -> null;
            case YamlValue.Scalar(String text) -> new YamlValue.Scalar(text.strip());
            case YamlValue.Sequence(List<YamlValue> parts) -> {
                List<YamlValue> trimmed = new ArrayList<>();
                for (YamlValue part : parts) {
                    trimmed.add(
                            part instanceof YamlValue.Scalar(String text) ? new YamlValue.Scalar(text.strip()) : part);
                }
                yield new YamlValue.Sequence(trimmed);
            }
        };
    }

    /** Returns a copy with additional values. */
    ExceptionEntry with(List<YamlValue> more) {
        List<YamlValue> all = new ArrayList<>(values);
        all.addAll(more);
        return new ExceptionEntry(position, name, fields, comps, all);
    }

    ExceptionEntry withComps(YamlValue newComps) {
        return new ExceptionEntry(position, name, fields, newComps, values);
    }
}
