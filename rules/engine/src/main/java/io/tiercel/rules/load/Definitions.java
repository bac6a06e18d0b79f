package io.tiercel.rules.load;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The definitions of all files read so far, in the order of their first definition.
 *
 * <p>Every item has a sequence number. A macro can use the macros, and a list the lists, whose first definition
 * precedes its own last change.
 */
final class Definitions {
    /** Maximum number of appends to one rule. Each append copies the rule. */
    private static final int MAX_APPENDS = 1_000;

    /**
     * A list.
     *
     * @param items mutable, because a list can have many appends
     * @param first sequence number of the first definition
     * @param changed sequence number of the last definition or append
     */
    record ListDefinition(SourcePosition position, String name, List<String> items, int first, int changed) {}

    /** A macro. The condition texts are mutable; for the sequence numbers see {@link ListDefinition}. */
    record MacroDefinition(SourcePosition position, String name, List<ScalarText> condition, int first, int changed) {}

    /** A required plugin, or one of its alternatives. */
    record PluginRequirement(String name, SemanticVersion version) {}

    /** One entry of {@code required_plugin_versions}. At least one of the alternatives must be available. */
    record PluginChoice(SourcePosition position, List<PluginRequirement> alternatives) {}

    private final Map<String, ListDefinition> lists = new LinkedHashMap<>();
    private final Map<String, MacroDefinition> macros = new LinkedHashMap<>();
    private final Map<String, RuleDefinition> rules = new LinkedHashMap<>();
    private final Map<String, Integer> appends = new HashMap<>();
    private final List<PluginChoice> plugins = new ArrayList<>();
    private final ExceptionValidator exceptionShape;
    private int number;

    Definitions(ExceptionValidator exceptionShape) {
        this.exceptionShape = exceptionShape;
    }

    Collection<ListDefinition> lists() {
        return Collections.unmodifiableCollection(lists.values());
    }

    @Nullable
    ListDefinition list(String name) {
        return lists.get(name);
    }

    Collection<MacroDefinition> macros() {
        return Collections.unmodifiableCollection(macros.values());
    }

    Collection<RuleDefinition> rules() {
        return Collections.unmodifiableCollection(rules.values());
    }

    List<PluginChoice> plugins() {
        return Collections.unmodifiableList(plugins);
    }

    void require(PluginChoice choice) {
        plugins.add(choice);
    }

    void defineList(SourcePosition position, String name, List<String> items) {
        int now = number++;
        ListDefinition previous = lists.get(name);
        int first = previous == null ? now : previous.first();
        lists.put(name, new ListDefinition(position, name, new ArrayList<>(items), first, now));
    }

    void appendToList(SourcePosition position, String name, List<String> items) throws RuleLoadException {
        ListDefinition previous = lists.get(name);
        if (previous == null) {
            throw noTarget(position, "list", "items", lists.keySet());
        }
        previous.items().addAll(items);
        lists.put(name, new ListDefinition(previous.position(), name, previous.items(), previous.first(), number++));
    }

    void defineMacro(SourcePosition position, String name, ScalarText condition) {
        int now = number++;
        MacroDefinition previous = macros.get(name);
        int first = previous == null ? now : previous.first();
        macros.put(name, new MacroDefinition(position, name, new ArrayList<>(List.of(condition)), first, now));
    }

    void appendToMacro(SourcePosition position, String name, ScalarText condition) throws RuleLoadException {
        MacroDefinition previous = macros.get(name);
        if (previous == null) {
            throw noTarget(position, "macro", "condition", macros.keySet());
        }
        previous.condition().add(condition);
        macros.put(
                name, new MacroDefinition(previous.position(), name, previous.condition(), previous.first(), number++));
    }

    void defineRule(RuleDefinition rule, Warnings warnings) throws RuleLoadException {
        sameSource(rule.position(), rules.get(rule.name()), rule.source());
        if (!rule.knownSource()) {
            warnings.add(
                    LoadCode.LOAD_UNKNOWN_SOURCE,
                    rule.position(),
                    "unknown event source '" + rule.source() + "'; the rule is skipped",
                    "the supported source is syscall; remove the rule if it is not for this engine");
        }
        List<ExceptionEntry> exceptions = new ArrayList<>();
        for (ExceptionEntry entry : rule.exceptions()) {
            exceptions.add(exceptionShape.check(entry, rule.knownSource()));
        }
        rules.put(rule.name(), withExceptions(rule, exceptions));
    }

    /** Appends to a rule. {@code source} is the source that the item names, or null. */
    void appendToRule(SourcePosition position, String name, @Nullable String source, RuleDefinition.Change change)
            throws RuleLoadException {
        RuleDefinition rule = target(position, name, source);
        if (appends.merge(name, 1, Integer::sum) > MAX_APPENDS) {
            throw position.invalidDefinition(
                    "the rule has more than " + MAX_APPENDS + " appends", "combine several appends in one item");
        }
        List<ExceptionEntry> exceptions = new ArrayList<>(rule.exceptions());
        if (change.exceptions() != null) {
            for (ExceptionEntry entry : change.exceptions()) {
                exceptionShape.append(exceptions, entry, rule.knownSource());
            }
        }
        rules.put(name, rule.append(change, exceptions));
    }

    void replaceInRule(SourcePosition position, String name, @Nullable String source, RuleDefinition.Change change)
            throws RuleLoadException {
        RuleDefinition changed = target(position, name, source).replace(change);
        if (change.exceptions() != null) {
            List<ExceptionEntry> exceptions = new ArrayList<>();
            for (ExceptionEntry entry : change.exceptions()) {
                exceptions.add(exceptionShape.check(entry, changed.knownSource()));
            }
            changed = withExceptions(changed, exceptions);
        }
        rules.put(name, changed);
    }

    void enableRule(SourcePosition position, String name, boolean enabled) throws RuleLoadException {
        rules.put(name, target(position, name, null).withEnabled(enabled));
    }

    private RuleDefinition target(SourcePosition position, String name, @Nullable String source)
            throws RuleLoadException {
        RuleDefinition rule = rules.get(name);
        if (rule == null) {
            throw noTarget(position, "rule", "condition, output, desc and priority", rules.keySet());
        }
        if (source != null) {
            sameSource(position, rule, source);
        }
        return rule;
    }

    private static void sameSource(SourcePosition position, @Nullable RuleDefinition previous, String source)
            throws RuleLoadException {
        if (previous != null && !previous.source().equals(source)) {
            throw position.invalidDefinition(
                    "the rule already has the source '" + previous.source() + "', not '" + source + "'",
                    "keep the source, or rename the rule");
        }
    }

    private static RuleDefinition withExceptions(RuleDefinition rule, List<ExceptionEntry> exceptions) {
        return rule.replace(
                new RuleDefinition.Change(null, null, null, null, null, exceptions, null, null, null, null, null));
    }

    private static RuleLoadException noTarget(SourcePosition position, String kind, String keys, Set<String> known) {
        String name = String.valueOf(position.itemName());
        String similar = NameSuggestion.find(name, known)
                .map(found -> "; did you mean '" + found + "'?")
                .orElse("");
        return position.invalidDefinition(
                "the " + kind + " '" + name + "' is not defined before this item",
                "define it completely (" + keys + ") in this or an earlier file" + similar);
    }
}
