package io.tiercel.rules.load;

import io.tiercel.rules.condition.ConditionDepth;
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
 * Parses and resolves the macros of a rule set.
 *
 * <p>All users of a macro share its tree, so nested macros need little memory. Checks and evaluation walk the expanded
 * tree, so its size and depth are limited.
 */
final class MacroExpansion {
    /** Maximum number of nodes of one expanded condition. */
    static final int MAX_NODES = 200_000;
    /** Maximum number of nodes and list values of all expanded conditions. */
    static final long MAX_TOTAL = 12_000_000;
    /** Maximum depth of an expanded condition. */
    static final int MAX_DEPTH = ConditionDepth.MAX_LEVELS;

    /** The size of an expanded condition. */
    private record Size(long nodes, long values, int depth) {
        Size plus(Size other) {
            return new Size(nodes + other.nodes, values + other.values, Math.max(depth, other.depth));
        }

        Size below() {
            return new Size(nodes + 1, values, depth + 1);
        }
    }

    /** A parsed macro. */
    private record Parsed(MacroDefinition definition, SourceMappedText text, Expr expr) {}

    /** A resolved macro. */
    private record Resolved(Expr body, Size size) {}

    private final Map<String, Parsed> parsed = new LinkedHashMap<>();
    private final Map<String, Resolved> resolved = new HashMap<>();
    private final Set<String> resolving = new HashSet<>();
    private final Set<String> used = new HashSet<>();
    private final ListSubstitution lists;
    private long total;

    private MacroExpansion(ListSubstitution lists) {
        this.lists = lists;
    }

    /** Parses all macros, then resolves all. Syntax errors are therefore reported before undefined names. */
    static MacroExpansion of(Definitions definitions, ListSubstitution lists) throws RuleLoadException {
        MacroExpansion macros = new MacroExpansion(lists);
        for (MacroDefinition macro : definitions.macros()) {
            SourceMappedText text = lists.substitute(SourceMappedText.of(macro.condition()));
            macros.parsed.put(macro.name(), new Parsed(macro, text, parse(text)));
        }
        for (Parsed macro : macros.parsed.values()) {
            macros.resolve(macro, 0);
        }
        return macros;
    }

    boolean used(String macro) {
        return used.contains(macro);
    }

    /** Returns the text of a macro, to which the positions in its body refer. */
    SourceMappedText text(String macro) {
        Parsed found = parsed.get(macro);
        if (found == null) {
            throw new IllegalArgumentException("no macro " + macro);
        }
        return found.text();
    }

    /** Substitutes the lists of a rule condition, parses it, and expands its macros. */
    Expression expand(SourceMappedText condition) throws RuleLoadException {
        SourceMappedText text = lists.substitute(condition);
        return new Expression(expand(parse(text), text, Integer.MAX_VALUE, 0).body(), text);
    }

    /** A condition and the text to which its positions refer. */
    record Expression(Expr expr, SourceMappedText text) {}

    private static Expr parse(SourceMappedText text) throws RuleLoadException {
        try {
            return ConditionParser.parse(text.text());
        } catch (ConditionSyntaxException e) {
            throw text.at(e.offset())
                    .error(
                            LoadCode.LOAD_ERR_COMPILE_CONDITION,
                            "the condition does not parse: " + e.getMessage(),
                            SyntaxAdvice.at(text.text(), e.offset(), text.appendedAt(e.offset())));
        }
    }

    /**
     * Resolves a macro.
     *
     * @param level number of levels above the macro, where resolving began
     */
    private Resolved resolve(Parsed macro, int level) throws RuleLoadException {
        String name = macro.definition().name();
        Resolved known = resolved.get(name);
        if (known != null) {
            return known;
        }
        resolving.add(name);
        Resolved result = expand(macro.expr(), macro.text(), macro.definition().changed(), level);
        resolving.remove(name);
        resolved.put(name, result);
        return result;
    }

    private Resolved expand(Expr expr, SourceMappedText text, int visibility, int level) throws RuleLoadException {
        Map<String, Resolved> bodies = new HashMap<>();
        Size size = collect(expr, text, visibility, bodies, level);
        total += size.nodes() + size.values();
        if (size.nodes() > MAX_NODES || size.depth() > MAX_DEPTH || total > MAX_TOTAL) {
            throw text.at(expr.offset())
                    .invalidDefinition(
                            "the condition is too large after macro expansion (maximum: " + MAX_NODES + " nodes, "
                                    + MAX_DEPTH + " levels, and " + MAX_TOTAL + " nodes in all conditions)",
                            "split the rule, replace many comparisons with a list, or use fewer nested macros");
        }
        try {
            Expr body = MacroSubstitution.substitute(expr, ref -> body(bodies, ref));
            return new Resolved(body, size);
        } catch (ConditionSyntaxException e) {
            throw text.at(expr.offset())
                    .invalidDefinition(
                            "the condition is nested too deeply after macro expansion", "use fewer nested macros");
        }
    }

    private static Expr body(Map<String, Resolved> bodies, Expr.MacroRef ref) {
        Resolved macro = bodies.get(ref.name());
        if (macro == null) {
            throw new IllegalStateException("macro " + ref.name() + " was not collected");
        }
        return macro.body();
    }

    /** Resolves the macros of a condition and returns its expanded size. Checks the level before each recursion. */
    private Size collect(Expr expr, SourceMappedText text, int visibility, Map<String, Resolved> bodies, int level)
            throws RuleLoadException {
        if (level >= MAX_DEPTH) {
            throw text.at(expr.offset())
                    .invalidDefinition(
                            "the condition is too deep after macro expansion (maximum: " + MAX_DEPTH + " levels)",
                            "use fewer nested macros");
        }
        return switch (expr) {
            case Expr.And and -> collect(and.operands(), text, visibility, bodies, level);
            case Expr.Or or -> collect(or.operands(), text, visibility, bodies, level);
            case Expr.Not not ->
                collect(not.operand(), text, visibility, bodies, level + 1).below();
            case Expr.Check check ->
                new Size(
                        1,
                        check.right() instanceof RightSide.ValueList several
                                ? several.values().size()
                                : 0,
                        ConditionDepth.of(check));
            case Expr.MacroRef ref -> {
                Resolved macro = resolve(visible(ref, text, visibility), level + 1);
                used.add(ref.name());
                bodies.put(ref.name(), macro);
                yield macro.size().below();
            }
            case Expr.ExpandedMacro expanded ->
                collect(expanded.body(), text, visibility, bodies, level + 1).below();
        };
    }

    private Size collect(
            List<Expr> operands, SourceMappedText text, int visibility, Map<String, Resolved> bodies, int level)
            throws RuleLoadException {
        Size all = new Size(0, 0, 0);
        for (Expr operand : operands) {
            all = all.plus(collect(operand, text, visibility, bodies, level + 1));
        }
        return all.below();
    }

    private Parsed visible(Expr.MacroRef ref, SourceMappedText text, int visibility) throws RuleLoadException {
        Parsed macro = parsed.get(ref.name());
        if (macro == null || macro.definition().first() >= visibility) {
            throw text.at(ref.offset())
                    .invalidDefinition("undefined macro '" + ref.name() + "'", advice(ref.name(), macro != null));
        }
        if (resolving.contains(ref.name())) {
            throw text.at(ref.offset())
                    .invalidDefinition(
                            "the macro '" + ref.name() + "' uses itself",
                            "remove the reference, or append to the macro with \"override: {condition: append}\"");
        }
        return macro;
    }

    private String advice(String name, boolean later) {
        if (later) {
            return "a macro can use only macros that are defined before it; move '" + name + "' up";
        }
        return NameSuggestion.find(name, parsed.keySet().stream().collect(Collectors.toUnmodifiableSet()))
                .map(similar -> "did you mean '" + similar + "'?")
                .orElse("define it with \"- macro: " + name
                        + "\"; to test a field, write \"= true\" or \"exists\" after it");
    }
}
