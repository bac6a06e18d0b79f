package io.tiercel.rules.load;

import io.tiercel.rules.condition.ConditionParser;
import io.tiercel.rules.condition.ConditionSyntaxException;
import io.tiercel.rules.condition.Expr;
import io.tiercel.rules.condition.MacroSubstitution;
import io.tiercel.rules.condition.RightSide;
import io.tiercel.rules.load.Definitions.MacroDefinition;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The macros of a collection, read and resolved.
 *
 * <p>A macro's tree is shared by everything that uses it, so macros that use others twice cost little to hold; but
 * checking and evaluating walk the expanded tree, which is why its size and depth are limited.
 */
final class MacroExpansion {
    /** Limit on the parts of one expanded condition. */
    static final int MAX_NODES = 200_000;
    /** Limit on the parts and list values of all expanded conditions of a collection. */
    static final long MAX_TOTAL = 12_000_000;
    /** Limit on the levels of an expanded condition. */
    static final int MAX_DEPTH = 1_000;
    /** Limit on macros that each need a later one resolved first. */
    private static final int MAX_FORWARD = 200;

    /** How large an expanded condition is: parts, list values, levels. */
    private record Extent(long nodes, long values, int depth) {
        static final Extent LEAF = new Extent(1, 0, 1);

        Extent beside(Extent other) {
            return new Extent(nodes + other.nodes, values + other.values, Math.max(depth, other.depth));
        }

        Extent below() {
            return new Extent(nodes + 1, values, depth + 1);
        }
    }

    /** A macro that was read. */
    private record Parsed(MacroDefinition definition, SourceMappedText text, Expr expr) {}

    /** A macro that was resolved. */
    private record Resolved(Expr body, Extent extent) {}

    private final Map<String, Parsed> parsed = new LinkedHashMap<>();
    private final Map<String, Resolved> resolved = new HashMap<>();
    private final Set<String> resolving = new HashSet<>();
    private final Set<String> used = new HashSet<>();
    private final ListSubstitution lists;
    private long total;

    private MacroExpansion(ListSubstitution lists) {
        this.lists = lists;
    }

    /** Reads all macros, then resolves all, so that a syntax error in any comes before an undefined name in another. */
    static MacroExpansion of(Definitions definitions, ListSubstitution lists) throws RuleLoadException {
        MacroExpansion macros = new MacroExpansion(lists);
        for (MacroDefinition macro : definitions.macros()) {
            SourceMappedText text = lists.in(SourceMappedText.of(macro.condition()));
            macros.parsed.put(macro.name(), new Parsed(macro, text, parse(text)));
        }
        for (Parsed macro : macros.parsed.values()) {
            macros.resolve(macro);
        }
        return macros;
    }

    boolean used(String macro) {
        return used.contains(macro);
    }

    /** The text that positions inside a macro's body count in. */
    SourceMappedText text(String macro) {
        Parsed found = parsed.get(macro);
        if (found == null) {
            throw new IllegalArgumentException("no macro " + macro);
        }
        return found.text();
    }

    /** A rule's condition with lists filled in, read, and with its macros in place. */
    Expression expand(SourceMappedText condition) throws RuleLoadException {
        SourceMappedText text = lists.in(condition);
        return new Expression(expand(parse(text), text, Integer.MAX_VALUE).body(), text);
    }

    /** A condition and the text that its positions count in. */
    record Expression(Expr expr, SourceMappedText text) {}

    private static Expr parse(SourceMappedText text) throws RuleLoadException {
        try {
            return ConditionParser.parse(text.text());
        } catch (ConditionSyntaxException e) {
            throw text.at(e.offset())
                    .failure(
                            LoadCode.LOAD_ERR_COMPILE_CONDITION,
                            "the condition does not parse: " + e.getMessage(),
                            SyntaxAdvice.at(text.text(), e.offset(), text.appendedAt(e.offset())));
        }
    }

    private Resolved resolve(Parsed macro) throws RuleLoadException {
        String name = macro.definition().name();
        Resolved known = resolved.get(name);
        if (known != null) {
            return known;
        }
        if (resolving.size() > MAX_FORWARD) {
            throw macro.definition().spot().unfit("macros use each other too deep", "define macros before their users");
        }
        resolving.add(name);
        Resolved result = expand(macro.expr(), macro.text(), macro.definition().changed());
        resolving.remove(name);
        resolved.put(name, result);
        return result;
    }

    private Resolved expand(Expr expr, SourceMappedText text, int visibility) throws RuleLoadException {
        Map<String, Resolved> bodies = new HashMap<>();
        Extent extent = collect(expr, text, visibility, bodies);
        total += extent.nodes() + extent.values();
        if (extent.nodes() > MAX_NODES || extent.depth() > MAX_DEPTH || total > MAX_TOTAL) {
            throw text.at(expr.offset())
                    .unfit(
                            "the condition with its macros filled in is too large (limit: " + MAX_NODES + " parts, "
                                    + MAX_DEPTH + " levels; " + MAX_TOTAL + " parts in all conditions together)",
                            "split the rule, use lists instead of many checks, and fewer macros inside macros");
        }
        try {
            Expr body = MacroSubstitution.substitute(expr, ref -> body(bodies, ref));
            return new Resolved(body, extent);
        } catch (ConditionSyntaxException e) {
            throw text.at(expr.offset())
                    .unfit("with its macros filled in, the condition is too deep", "use fewer macros inside macros");
        }
    }

    private static Expr body(Map<String, Resolved> bodies, Expr.MacroRef ref) {
        Resolved macro = bodies.get(ref.name());
        if (macro == null) {
            throw new IllegalStateException("macro " + ref.name() + " was not collected");
        }
        return macro.body();
    }

    /** Resolves the macros that a condition names and says how large it becomes. */
    private Extent collect(Expr expr, SourceMappedText text, int visibility, Map<String, Resolved> bodies)
            throws RuleLoadException {
        return switch (expr) {
            case Expr.And and -> collect(and.operands(), text, visibility, bodies);
            case Expr.Or or -> collect(or.operands(), text, visibility, bodies);
            case Expr.Not not ->
                collect(not.operand(), text, visibility, bodies).below();
            case Expr.Check check ->
                check.right() instanceof RightSide.ValueList several
                        ? new Extent(1, several.values().size(), 1)
                        : Extent.LEAF;
            case Expr.MacroRef ref -> {
                Resolved macro = resolve(visible(ref, text, visibility));
                used.add(ref.name());
                bodies.put(ref.name(), macro);
                yield macro.extent().below();
            }
            case Expr.ExpandedMacro expanded ->
                collect(expanded.body(), text, visibility, bodies).below();
        };
    }

    private Extent collect(List<Expr> operands, SourceMappedText text, int visibility, Map<String, Resolved> bodies)
            throws RuleLoadException {
        Extent all = new Extent(0, 0, 0);
        for (Expr operand : operands) {
            all = all.beside(collect(operand, text, visibility, bodies));
        }
        return all.below();
    }

    private Parsed visible(Expr.MacroRef ref, SourceMappedText text, int visibility) throws RuleLoadException {
        Parsed macro = parsed.get(ref.name());
        if (macro == null || macro.definition().first() >= visibility) {
            throw text.at(ref.offset())
                    .unfit("undefined macro '" + ref.name() + "'", advice(ref.name(), macro != null));
        }
        if (resolving.contains(ref.name())) {
            throw text.at(ref.offset())
                    .unfit(
                            "the macro '" + ref.name() + "' uses itself",
                            "write its condition without it, or append to it with \"override: {condition: append}\"");
        }
        return macro;
    }

    private String advice(String name, boolean later) {
        if (later) {
            return "a macro can use only macros defined before it: move '" + name + "' up";
        }
        return NameSuggestion.to(name, parsed.keySet().stream().collect(Collectors.toUnmodifiableSet()))
                .map(similar -> "did you mean '" + similar + "'?")
                .orElse("define it with \"- macro: " + name
                        + "\", or compare a field: a field alone is no condition, write \"= true\" or \"exists\"");
    }
}
