package io.tiercel.rules.load;

import io.tiercel.rules.load.RuleDefinition.Change;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Reads a rule item in each of its forms: a definition, an override, an old append, a switch. */
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
        item.warnOfUnknown(KEYS, warnings);
        boolean oldAppend = Overrides.oldAppend(item, warnings);
        Overrides override = Overrides.read(item, APPENDABLE, REPLACEABLE);
        override.notWith(oldAppend, item);
        if (!override.isEmpty()) {
            override(item, override);
        } else if (oldAppend) {
            append(item);
        } else if (DEFINING.stream().noneMatch(item::has)) {
            switchOnOrOff(item);
        } else {
            define(item);
        }
    }

    /** Appends first, then replaces; only then does a key that override does not mention count, as in Falco. */
    private void override(YamlItem item, Overrides override) throws RuleLoadException {
        String name = name(item);
        String source = source(item);
        Set<String> appended = override.appended();
        if (!appended.isEmpty()) {
            override.present(appended, item);
            definitions.appendToRule(item.spot(), name, source, change(item, appended, false));
        }
        Set<String> replaced = override.replaced();
        if (!replaced.isEmpty()) {
            override.present(replaced, item);
            definitions.replaceInRule(item.spot(), name, source, change(item, replaced, true));
        }
        for (String key : new TreeSet<>(REPLACEABLE)) {
            if (item.has(key) && !appended.contains(key) && !replaced.contains(key)) {
                throw item.spotOf(key)
                        .misshapen(
                                "'override' does not say what to do with '" + key + "'",
                                "add \"" + key + ": replace\" to 'override', or leave the key out");
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
            throw item.spot()
                    .unfit(
                            "an item with 'append: true' needs a condition or exceptions",
                            "add one, or use \"override:\" to append to other keys");
        }
        definitions.appendToRule(item.spot(), name(item), source(item), change);
    }

    private void switchOnOrOff(YamlItem item) throws RuleLoadException {
        boolean enabled = item.bool("enabled");
        warnings.add(
                LoadCode.LOAD_DEPRECATED_ITEM,
                item.spotOf("enabled"),
                "'enabled' alone is the old form",
                "write \"override:\" with \"enabled: replace\" below it");
        definitions.enableRule(item.spot(), name(item), enabled);
    }

    private void define(YamlItem item) throws RuleLoadException {
        ScalarText condition = item.text("condition");
        ScalarText output = item.text("output").trimmed();
        String description = item.string("desc");
        var priority = item.priority();
        String source = item.has("source") ? item.string("source") : LoadOptions.SYSCALL;
        definitions.defineRule(
                new RuleDefinition(
                        item.spot(),
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
        return String.valueOf(item.spot().itemName());
    }

    /** The source that an item names which need not name one; null if it is missing or empty. */
    private static @Nullable String source(YamlItem item) throws RuleLoadException {
        return RuleFileReader.given(item, "source") ? item.string("source") : null;
    }
}
