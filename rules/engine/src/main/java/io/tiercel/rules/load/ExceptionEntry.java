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
 * One entry of a rule's exceptions as written.
 *
 * @param fields null if not given
 * @param comps comparison operators; null if not given
 */
record ExceptionEntry(
        SourcePosition spot,
        String name,
        @Nullable Operand fields,
        @Nullable Operand comps,
        List<Operand> values) {
    private static final int MAX_DEPTH = 8;
    /** Limit on the exceptions of one item. */
    private static final int MAX_ENTRIES = 10_000;

    /** A text or a sequence, as deep as the file nests it. */
    sealed interface Operand {
        record One(String text) implements Operand {}

        record Many(List<Operand> parts) implements Operand {}
    }

    /** Reads the exceptions of a rule; {@code definition} is false when they are appended to others. */
    static List<ExceptionEntry> read(YamlItem item, boolean definition, Warnings warnings) throws RuleLoadException {
        Node node = item.node("exceptions");
        List<ExceptionEntry> entries = new ArrayList<>();
        Set<String> names = new HashSet<>();
        if (node == null || YamlScalars.isNull(node)) {
            return entries;
        }
        for (Node element : item.sequence(node, "exceptions")) {
            if (!(element instanceof MappingNode mapping)) {
                throw item.spot()
                        .at(element)
                        .misshapen(
                                "an exception must be a mapping",
                                "write \"- name: ...\" with the keys fields, comps and values below");
            }
            YamlItem keys = YamlItem.of(mapping, item.spot(), item.budget());
            if (entries.size() == MAX_ENTRIES) {
                throw keys.spot()
                        .misshapen(
                                "more than " + MAX_ENTRIES + " exceptions in one item",
                                "write the values of like exceptions into one");
            }
            ExceptionEntry entry = entry(keys, definition, warnings);
            if (!names.add(entry.name())) {
                warnings.add(
                        LoadCode.LOAD_EXCEPTION_NAME_NOT_UNIQUE,
                        keys.spot(),
                        "the exception '" + entry.name() + "' is there twice, both apply",
                        "give each exception of a rule its own name");
            }
            entries.add(entry);
        }
        return entries;
    }

    private static ExceptionEntry entry(YamlItem keys, boolean definition, Warnings warnings) throws RuleLoadException {
        String name = keys.string("name");
        if (definition && !keys.has("fields")) {
            throw keys.spot()
                    .misshapen("the exception '" + name + "' has no fields", "add \"fields: [proc.name, ...]\" to it");
        }
        Operand fields = operand(keys, "fields");
        Operand comps = trimmed(operand(keys, "comps"));
        List<Operand> values = new ArrayList<>();
        Node node = keys.node("values");
        if (node != null) {
            for (Node value : keys.sequence(node, "values")) {
                Operand read = operand(value, keys, 0);
                values.add(read == null ? new Operand.One("") : read);
            }
        } else if (!definition) {
            warnings.add(
                    LoadCode.LOAD_APPEND_NO_VALUES,
                    keys.spot(),
                    "the appended exception '" + name + "' has no values",
                    "add values, or leave the exception out");
        }
        return new ExceptionEntry(keys.spot(), name, fields, comps, values);
    }

    private static @Nullable Operand operand(YamlItem keys, String key) throws RuleLoadException {
        Node node = keys.node(key);
        Operand operand = node == null ? null : operand(node, keys, 0);
        return operand instanceof Operand.Many(List<Operand> parts) && parts.isEmpty() ? null : operand;
    }

    /** Null and mappings count as not given, as in Falco. */
    private static @Nullable Operand operand(Node node, YamlItem keys, int depth) throws RuleLoadException {
        SourcePosition spot = keys.spot().at(node);
        keys.budget()
                .spend(
                        spot,
                        node instanceof ScalarNode scalar ? scalar.getValue().length() : 0);
        if (depth > MAX_DEPTH) {
            throw spot.misshapen(
                    "sequences nested too deep in an exception", "write values as tuples: [[a, b], [c, d]]");
        }
        return switch (node) {
            case SequenceNode sequence -> {
                List<Operand> parts = new ArrayList<>();
                for (Node part : sequence.getValue()) {
                    Operand read = operand(part, keys, depth + 1);
                    parts.add(read == null ? new Operand.One("") : read);
                }
                yield new Operand.Many(parts);
            }
            case ScalarNode scalar
            when !YamlScalars.isNull(scalar) -> {
                if (scalar.getValue().isEmpty()) {
                    throw spot.misshapen("empty text in an exception", "write a value, for the empty text '\"\"'");
                }
                yield new Operand.One(scalar.getValue());
            }
            default -> null;
        };
    }

    private static @Nullable Operand trimmed(@Nullable Operand comps) {
        return switch (comps) {
            case null -> null;
            case Operand.One(String text) -> new Operand.One(text.strip());
            case Operand.Many(List<Operand> parts) -> {
                List<Operand> trimmed = new ArrayList<>();
                for (Operand part : parts) {
                    trimmed.add(part instanceof Operand.One(String text) ? new Operand.One(text.strip()) : part);
                }
                yield new Operand.Many(trimmed);
            }
        };
    }

    /** The same entry with further values. */
    ExceptionEntry with(List<Operand> more) {
        List<Operand> all = new ArrayList<>(values);
        all.addAll(more);
        return new ExceptionEntry(spot, name, fields, comps, all);
    }

    ExceptionEntry withComps(Operand newComps) {
        return new ExceptionEntry(spot, name, fields, newComps, values);
    }
}
