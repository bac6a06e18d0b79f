package io.tiercel.rules.check;

import io.tiercel.rules.condition.Operator;
import io.tiercel.rules.event.ByteText;
import io.tiercel.rules.field.Field;
import java.util.List;
import java.util.Set;

/**
 * Collects the files that conditions name: absolute paths that are equal to {@code fd.name}, and directories that are equal to
 * {@code fd.directory}, which end with a slash.
 */
public final class FileNameCollector {
    private FileNameCollector() {}

    /** Adds the names of a condition to the set. */
    public static void collect(CheckedExpr expr, Set<String> names) {
        switch (expr) {
            case CheckedExpr.And and -> and.operands().forEach(operand -> collect(operand, names));
            case CheckedExpr.Or or -> or.operands().forEach(operand -> collect(operand, names));
            case CheckedExpr.Not not -> {} // names an exception, which must hold for each name of a file
            case CheckedExpr.Shared shared -> collect(shared.body(), names);
            case CheckedExpr.Compare(ValueSource source, Operator operator, Constant constant)
            when operator == Operator.EQUAL -> add(source, List.of(constant), names);
            case CheckedExpr.Member member -> add(member.source(), member.set().constants(), names);
            case CheckedExpr.Compare compare -> {}
            case CheckedExpr.Quantified quantified -> {}
            case CheckedExpr.Exists exists -> {}
            case CheckedExpr.PathMatch prefixed -> {}
            case CheckedExpr.CompareSources compare -> {}
        }
    }

    private static void add(ValueSource source, Iterable<Constant> constants, Set<String> names) {
        if (!(source instanceof ValueSource.FieldValue value)) {
            return;
        }
        String end = value.ref().field() == Field.FD_DIRECTORY ? "/" : "";
        if (value.ref().field() == Field.FD_NAME || !end.isEmpty()) {
            for (Constant constant : constants) {
                if (constant instanceof Constant.Text(String text) && text.startsWith("/") && !text.endsWith("/")) {
                    names.add(ByteText.toUnicode(text) + end);
                }
            }
        }
    }
}
