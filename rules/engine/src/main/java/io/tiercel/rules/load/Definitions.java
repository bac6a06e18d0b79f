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
 * All definitions of the files read so far, each at the place of its first one.
 *
 * <p>Every item gets the next number. A macro (and inside lists a list) sees those whose first definition has a smaller
 * number than its own last change.
 */
final class Definitions {
    /** Limit on the appends to one rule, which is copied each time. */
    private static final int MAX_APPENDS = 1_000;

    /**
     * A list.
     *
     * @param items grows in place: a list may be appended to very often
     * @param first number of its first definition
     * @param changed number of its last definition or append
     */
    record ListDefinition(SourcePosition spot, String name, List<String> items, int first, int changed) {}

    /** A macro; its texts grow in place, numbers as in {@link ListDefinition}. */
    record MacroDefinition(SourcePosition spot, String name, List<ScalarText> condition, int first, int changed) {}

    /** A plugin that rules ask for, or one of its alternatives. */
    record PluginRequirement(String name, SemanticVersion version) {}

    /** One entry of {@code required_plugin_versions}: at least one of the alternatives must be there. */
    record PluginChoice(SourcePosition spot, List<PluginRequirement> alternatives) {}

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

    void defineList(SourcePosition spot, String name, List<String> items) {
        int now = number++;
        ListDefinition previous = lists.get(name);
        int first = previous == null ? now : previous.first();
        lists.put(name, new ListDefinition(spot, name, new ArrayList<>(items), first, now));
    }

    void appendToList(SourcePosition spot, String name, List<String> items) throws RuleLoadException {
        ListDefinition previous = lists.get(name);
        if (previous == null) {
            throw noTarget(spot, "list", "items", lists.keySet());
        }
        previous.items().addAll(items);
        lists.put(name, new ListDefinition(previous.spot(), name, previous.items(), previous.first(), number++));
    }

    void defineMacro(SourcePosition spot, String name, ScalarText condition) {
        int now = number++;
        MacroDefinition previous = macros.get(name);
        int first = previous == null ? now : previous.first();
        macros.put(name, new MacroDefinition(spot, name, new ArrayList<>(List.of(condition)), first, now));
    }

    void appendToMacro(SourcePosition spot, String name, ScalarText condition) throws RuleLoadException {
        MacroDefinition previous = macros.get(name);
        if (previous == null) {
            throw noTarget(spot, "macro", "condition", macros.keySet());
        }
        previous.condition().add(condition);
        macros.put(name, new MacroDefinition(previous.spot(), name, previous.condition(), previous.first(), number++));
    }

    void defineRule(RuleDefinition rule, Warnings warnings) throws RuleLoadException {
        sameSource(rule.spot(), rules.get(rule.name()), rule.source());
        if (!rule.knownSource()) {
            warnings.add(
                    LoadCode.LOAD_UNKNOWN_SOURCE,
                    rule.spot(),
                    "the source '" + rule.source() + "' is not known here, the rule is skipped",
                    "known is syscall; leave the rule out if it is not meant for this engine");
        }
        List<ExceptionEntry> exceptions = new ArrayList<>();
        for (ExceptionEntry entry : rule.exceptions()) {
            exceptions.add(exceptionShape.check(entry, rule.knownSource()));
        }
        rules.put(rule.name(), withExceptions(rule, exceptions));
    }

    /** Appends to a rule; {@code source} is what the item says about the source, null if nothing. */
    void appendToRule(SourcePosition spot, String name, @Nullable String source, RuleDefinition.Change change)
            throws RuleLoadException {
        RuleDefinition rule = target(spot, name, source);
        if (appends.merge(name, 1, Integer::sum) > MAX_APPENDS) {
            throw spot.unfit(
                    "the rule is appended to more than " + MAX_APPENDS + " times", "put several appends into one item");
        }
        List<ExceptionEntry> exceptions = new ArrayList<>(rule.exceptions());
        if (change.exceptions() != null) {
            for (ExceptionEntry entry : change.exceptions()) {
                exceptionShape.append(exceptions, entry, rule.knownSource());
            }
        }
        rules.put(name, rule.append(change, exceptions));
    }

    void replaceInRule(SourcePosition spot, String name, @Nullable String source, RuleDefinition.Change change)
            throws RuleLoadException {
        RuleDefinition changed = target(spot, name, source).replace(change);
        if (change.exceptions() != null) {
            List<ExceptionEntry> exceptions = new ArrayList<>();
            for (ExceptionEntry entry : change.exceptions()) {
                exceptions.add(exceptionShape.check(entry, changed.knownSource()));
            }
            changed = withExceptions(changed, exceptions);
        }
        rules.put(name, changed);
    }

    void enableRule(SourcePosition spot, String name, boolean enabled) throws RuleLoadException {
        rules.put(name, target(spot, name, null).enable(enabled));
    }

    private RuleDefinition target(SourcePosition spot, String name, @Nullable String source) throws RuleLoadException {
        RuleDefinition rule = rules.get(name);
        if (rule == null) {
            throw noTarget(spot, "rule", "condition, output, desc and priority", rules.keySet());
        }
        if (source != null) {
            sameSource(spot, rule, source);
        }
        return rule;
    }

    private static void sameSource(SourcePosition spot, @Nullable RuleDefinition previous, String source)
            throws RuleLoadException {
        if (previous != null && !previous.source().equals(source)) {
            throw spot.unfit(
                    "the rule has the source '" + previous.source() + "' already, not '" + source + "'",
                    "keep the source, or give the rule another name");
        }
    }

    private static RuleDefinition withExceptions(RuleDefinition rule, List<ExceptionEntry> exceptions) {
        return rule.replace(
                new RuleDefinition.Change(null, null, null, null, null, exceptions, null, null, null, null, null));
    }

    private static RuleLoadException noTarget(SourcePosition spot, String kind, String keys, Set<String> known) {
        String name = String.valueOf(spot.itemName());
        String similar = NameSuggestion.to(name, known)
                .map(found -> "; did you mean '" + found + "'?")
                .orElse("");
        return spot.unfit(
                "no " + kind + " '" + name + "' is defined before this item",
                "define it in full (" + keys + ") in this or an earlier file" + similar);
    }
}
