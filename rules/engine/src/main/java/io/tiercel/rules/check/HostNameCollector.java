package io.tiercel.rules.check;

import io.tiercel.rules.event.ByteText;
import io.tiercel.rules.field.FieldTrait;
import java.util.List;
import java.util.Set;

/** Collects the host names with which conditions compare fields such as {@code fd.sip.name}. */
public final class HostNameCollector {
    private HostNameCollector() {}

    /** Adds the host names of a condition to the set. */
    public static void collect(CheckedExpr expr, Set<String> names) {
        switch (expr) {
            case CheckedExpr.And and -> and.operands().forEach(operand -> collect(operand, names));
            case CheckedExpr.Or or -> or.operands().forEach(operand -> collect(operand, names));
            case CheckedExpr.Not not -> collect(not.operand(), names);
            case CheckedExpr.Shared shared -> collect(shared.body(), names);
            case CheckedExpr.Compare compare -> add(compare.source(), List.of(compare.constant()), names);
            case CheckedExpr.Quantified quantified -> add(quantified.source(), quantified.constants(), names);
            case CheckedExpr.Member member -> add(member.source(), member.set().constants(), names);
            case CheckedExpr.Exists exists -> {}
            case CheckedExpr.PathMatch prefixed -> {}
            case CheckedExpr.CompareSources compare -> {}
        }
    }

    private static void add(ValueSource source, Iterable<Constant> constants, Set<String> names) {
        if (source instanceof ValueSource.FieldValue field
                && field.ref().field().is(FieldTrait.HOST_NAME)) {
            for (Constant constant : constants) {
                if (constant instanceof Constant.Text(String text)) {
                    names.add(ByteText.toUnicode(text));
                }
            }
        }
    }
}
