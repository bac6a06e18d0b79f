package io.tiercel.rules.condition;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Puts the items of lists and the bodies of macros into a condition. Parts without any stay the same objects. */
public final class Substitution {
    /** Levels of an expanded condition: keeps every later walk over it from overflowing the stack. */
    private static final int DEPTH_LIMIT = 3000;

    private Substitution() {}

    /**
     * Replaces names of lists by their items: a word without quotes inside parentheses, or in the place of a single
     * value if the list has exactly one item.
     *
     * @param lists the items of the list of that name, read by {@link ConditionParser#items}; null if there is no such
     *     list
     * @throws ConditionSyntaxException if a list stands for a single value and has not exactly one item
     */
    public static Expr lists(Expr expr, Function<String, @Nullable List<Value>> lists) throws ConditionSyntaxException {
        return switch (expr) {
            case Expr.And and -> {
                List<Expr> operands = lists(and.operands(), lists);
                yield operands == and.operands() ? and : new Expr.And(operands, and.offset());
            }
            case Expr.Or or -> {
                List<Expr> operands = lists(or.operands(), lists);
                yield operands == or.operands() ? or : new Expr.Or(operands, or.offset());
            }
            case Expr.Not not -> {
                Expr operand = lists(not.operand(), lists);
                yield operand == not.operand() ? not : new Expr.Not(operand, not.offset());
            }
            case Expr.Check check -> {
                Right right = right(check, lists);
                yield right == check.right()
                        ? check
                        : new Expr.Check(check.left(), check.operator(), check.modifier(), right, check.offset());
            }
            case Expr.MacroRef ref -> ref;
            case Expr.Expanded expanded -> expanded;
        };
    }

    private static List<Expr> lists(List<Expr> operands, Function<String, @Nullable List<Value>> lists)
            throws ConditionSyntaxException {
        List<Expr> result = new ArrayList<>(operands.size());
        boolean changed = false;
        for (Expr operand : operands) {
            Expr replaced = lists(operand, lists);
            changed |= replaced != operand;
            result.add(replaced);
        }
        return changed ? List.copyOf(result) : operands;
    }

    private static Right right(Expr.Check check, Function<String, @Nullable List<Value>> lists)
            throws ConditionSyntaxException {
        return switch (check.right()) {
            case Right.None none -> none;
            case Right.Other other -> other;
            case Right.Single single -> {
                Value value = single.value();
                List<Value> items = value.quoted() ? null : lists.apply(value.unicode());
                if (items != null && items.size() != 1) {
                    throw new ConditionSyntaxException(
                            value.offset(),
                            "list " + value.unicode() + " has " + items.size()
                                    + " items and stands for one value; write (" + value.unicode()
                                    + ") behind an operator that takes a list");
                }
                yield items == null ? single : new Right.Single(at(items.getFirst(), value.offset()));
            }
            case Right.Several several -> {
                List<Value> result = new ArrayList<>(several.values().size());
                boolean changed = false;
                for (Value value : several.values()) {
                    List<Value> items = value.quoted() ? null : lists.apply(value.unicode());
                    if (items == null) {
                        result.add(value);
                    } else {
                        changed = true;
                        items.forEach(item -> result.add(at(item, value.offset())));
                    }
                }
                yield changed ? new Right.Several(List.copyOf(result)) : several;
            }
        };
    }

    private static Value at(Value item, int offset) {
        return new Value(item.text(), item.quoted(), offset);
    }

    /**
     * Replaces references to macros by {@link Expr.Expanded} parts.
     *
     * @param macros the body of a macro, itself without references
     * @throws ConditionSyntaxException if the result is nested too deeply
     */
    public static Expr macros(Expr expr, Function<Expr.MacroRef, Expr> macros) throws ConditionSyntaxException {
        Expr result = expand(expr, macros);
        if (depth(result) > DEPTH_LIMIT) {
            throw new ConditionSyntaxException(expr.offset(), "too deeply nested once its macros are expanded");
        }
        return result;
    }

    private static Expr expand(Expr expr, Function<Expr.MacroRef, Expr> macros) {
        return switch (expr) {
            case Expr.And and -> new Expr.And(expand(and.operands(), macros), and.offset());
            case Expr.Or or -> new Expr.Or(expand(or.operands(), macros), or.offset());
            case Expr.Not not -> new Expr.Not(expand(not.operand(), macros), not.offset());
            case Expr.Check check -> check;
            case Expr.MacroRef ref -> new Expr.Expanded(ref.name(), macros.apply(ref), ref.offset());
            case Expr.Expanded expanded -> expanded;
        };
    }

    private static List<Expr> expand(List<Expr> operands, Function<Expr.MacroRef, Expr> macros) {
        return operands.stream().map(operand -> expand(operand, macros)).toList();
    }

    private static int depth(Expr expr) {
        return switch (expr) {
            case Expr.And and -> 1 + deepest(and.operands());
            case Expr.Or or -> 1 + deepest(or.operands());
            case Expr.Not not -> 1 + depth(not.operand());
            case Expr.Expanded expanded -> 1 + depth(expanded.body());
            case Expr.Check _, Expr.MacroRef _ -> 1;
        };
    }

    private static int deepest(List<Expr> operands) {
        return operands.stream().mapToInt(Substitution::depth).max().orElse(0);
    }
}
