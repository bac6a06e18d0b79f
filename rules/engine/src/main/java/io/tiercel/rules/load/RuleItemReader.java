package io.tiercel.rules.load;

import io.tiercel.rules.load.RuleDefinition.Change;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Reads a rule item in any of its forms: definition, override, deprecated append, or enable/disable. */
final class RuleItemReader {
    private static final Set<String> APPENDABLE = Set.of("condition", "output", "desc", "tags", "exceptions");
    private static final Set<String> REPLACEABLE = Set.of(
            "condition",
            "output",
            "desc",
            "tags",
            "exceptions",
            "priority",
            "enabled",
            "warn_evttypes",
            "skip-if-unknown-filter",
            "capture",
            "capture_duration");
    private static final List<String> DEFINING = List.of("condition", "output", "desc", "priority");
    private static final Set<String> KEYS = keys();

    private final LoadOptions options;
    private final Definitions definitions;
    private final Warnings warnings;

    RuleItemReader(LoadOptions options, Definitions definitions, Warnings warnings) {
        this.options = options;
        this.definitions = definitions;
        this.warnings = warnings;
    }

    private static Set<String> keys() {
        Set<String> keys = new TreeSet<>(REPLACEABLE);
        keys.addAll(List.of("rule", "source", "append", "override"));
        return Set.copyOf(keys);
    }

    void read(YamlItem item) throws RuleLoadException {
        item.warnOfUnknownKeys(KEYS, warnings);
        boolean legacyAppend = Overrides.legacyAppend(item, warnings);
        Overrides override = Overrides.read(item, APPENDABLE, REPLACEABLE);
        override.rejectWith(legacyAppend, item);
        if (!override.isEmpty()) {
            override(item, override);
        } else if (legacyAppend) {
            append(item);
        } else if (DEFINING.stream().noneMatch(item::has)) {
            enableOrDisable(item);
        } else {
            define(item);
        }
    }

    /** Appends first, then replaces, and finally rejects keys that override does not mention, as in Falco. */
    private void override(YamlItem item, Overrides override) throws RuleLoadException {
        String name = name(item);
        String source = source(item);
        Set<String> appended = override.appended();
        if (!appended.isEmpty()) {
            override.requirePresent(appended, item);
            definitions.appendToRule(item.position(), name, source, change(item, appended, false));
        }
        Set<String> replaced = override.replaced();
        if (!replaced.isEmpty()) {
            override.requirePresent(replaced, item);
            definitions.replaceInRule(item.position(), name, source, change(item, replaced, true));
        }
        for (String key : new TreeSet<>(REPLACEABLE)) {
            if (item.has(key) && !appended.contains(key) && !replaced.contains(key)) {
                throw item.positionOf(key)
                        .invalidYaml(
                                "'override' does not name an operation for '" + key + "'",
                                "add \"" + key + ": replace\" to 'override', or remove the key");
            }
        }
    }

    private void append(YamlItem item) throws RuleLoadException {
        boolean condition = item.has("condition");
        boolean exceptions = item.has("exceptions");
        Change change = Change.appending(
                condition ? item.text("condition") : null,
                null,
                null,
                null,
                exceptions ? ExceptionEntry.read(item, false, warnings) : null);
        if (!condition && !exceptions) {
            throw item.position()
                    .invalidDefinition(
                            "an item with 'append: true' requires a condition or exceptions",
                            "add one, or use \"override:\" to append to other keys");
        }
        definitions.appendToRule(item.position(), name(item), source(item), change);
    }

    private void enableOrDisable(YamlItem item) throws RuleLoadException {
        boolean enabled = item.bool("enabled");
        warnings.add(
                LoadCode.LOAD_DEPRECATED_ITEM,
                item.positionOf("enabled"),
                "'enabled' without 'override' is deprecated",
                "write \"override:\" with \"enabled: replace\" below it");
        definitions.enableRule(item.position(), name(item), enabled);
    }

    private void define(YamlItem item) throws RuleLoadException {
        ScalarText condition = item.text("condition");
        ScalarText output = item.text("output").trimmed();
        String description = item.string("desc");
        var priority = item.priority();
        String source = item.has("source") ? item.string("source") : LoadOptions.SYSCALL;
        definitions.defineRule(
                new RuleDefinition(
                        item.position(),
                        name(item),
                        source,
                        options.sources().contains(source),
                        List.of(condition),
                        List.of(output),
                        description,
                        priority,
                        item.tags(),
                        ExceptionEntry.read(item, true, warnings),
                        item.bool("enabled", true),
                        item.bool("warn_evttypes", true),
                        item.bool("skip-if-unknown-filter", false),
                        item.bool("capture", false),
                        item.has("capture_duration") ? item.unsigned("capture_duration") : 0),
                warnings);
    }

    private Change change(YamlItem item, Set<String> keys, boolean replace) throws RuleLoadException {
        return new Change(
                keys.contains("condition") ? item.text("condition") : null,
                keys.contains("output") ? item.text("output") : null,
                keys.contains("desc") ? item.string("desc") : null,
                keys.contains("priority") ? item.priority() : null,
                keys.contains("tags") ? item.tags() : null,
                keys.contains("exceptions") ? ExceptionEntry.read(item, replace, warnings) : null,
                keys.contains("enabled") ? (Boolean) item.bool("enabled") : null,
                keys.contains("warn_evttypes") ? (Boolean) item.bool("warn_evttypes") : null,
                keys.contains("skip-if-unknown-filter") ? (Boolean) item.bool("skip-if-unknown-filter") : null,
                keys.contains("capture") ? (Boolean) item.bool("capture") : null,
                keys.contains("capture_duration") ? (Long) item.unsigned("capture_duration") : null);
    }

    private static String name(YamlItem item) {
        return String.valueOf(item.position().itemName());
    }

    /** Returns the optional event source of an item; null if it is missing or empty. */
    private static @Nullable String source(YamlItem item) throws RuleLoadException {
        return RuleFileReader.hasValue(item, "source") ? item.string("source") : null;
    }
}
