package io.tiercel.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tiercel.rules.condition.ConditionPrinter;
import io.tiercel.rules.condition.Expr;
import io.tiercel.rules.condition.Literal;
import io.tiercel.rules.condition.Operand;
import io.tiercel.rules.condition.RightSide;
import io.tiercel.rules.engine.Rule;
import io.tiercel.rules.event.ByteText;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Copies of rules with other names and other constants: text is appended to each constant about a file, a process or an image
 * outside negations. The result depends on the rules and the number only.
 */
public final class GeneratedRules {
    /** Fields whose constants are changed. */
    private static final Pattern FIELDS =
            Pattern.compile("(fd\\.(name|directory|filename|nameraw)|fs\\.path\\.(name|nameraw)"
                    + "|proc\\.(name|pname|aname|exe|exepath|aexepath|pexepath|cmdline|pcmdline|args)|evt\\.arg\\.(name|path|filename)"
                    + "|container\\.image(\\.repository)?|k8s\\.(ns|pod)\\.name)");

    private static final ObjectMapper QUOTES = new ObjectMapper();

    private GeneratedRules() {}

    /**
     * Returns a rule file with copies of rules in turn. Rules without a constant to change are not copied.
     *
     * @param count number of copies
     * @throws IllegalArgumentException if no rule has a constant to change
     */
    public static String copies(List<Rule> rules, int count) {
        List<Rule> copied = rules.stream().filter(GeneratedRules::hasConstants).toList();
        if (copied.isEmpty()) {
            throw new IllegalArgumentException(
                    "no rule has a constant to change, so that there are no more rules to generate");
        }
        StringBuilder file = new StringBuilder();
        for (int i = 0; i < count; i++) {
            Rule rule = copied.get(i % copied.size());
            int copy = i / copied.size() + 1;
            file.append("- rule: ")
                    .append(quoted(rule.name() + ", copy " + copy))
                    .append('\n');
            file.append("  desc: ").append(quoted(rule.description())).append('\n');
            file.append("  condition: ")
                    .append(quoted(ConditionPrinter.print(change(rule.syntax(), "-copy-" + copy))))
                    .append('\n');
            file.append("  output: \"Copy (file=%fd.name command=%proc.cmdline)\"\n");
            file.append("  priority: ").append(rule.priority().label()).append("\n\n");
        }
        return file.toString();
    }

    private static boolean hasConstants(Rule rule) {
        return !change(rule.syntax(), "-one").equals(change(rule.syntax(), "-other"));
    }

    private static Expr change(Expr expr, String suffix) {
        return switch (expr) {
            case Expr.And and -> new Expr.And(changeAll(and.operands(), suffix), and.offset());
            case Expr.Or or -> new Expr.Or(changeAll(or.operands(), suffix), or.offset());
            case Expr.ExpandedMacro macro -> change(macro.body(), suffix);
            case Expr.Check check
            when isChanged(check.left()) ->
                new Expr.Check(
                        check.left(),
                        check.operator(),
                        check.modifier(),
                        changeConstants(check.right(), suffix),
                        check.offset());
            case Expr.Check check -> check;
            case Expr.Not not -> not;
            case Expr.MacroRef ref -> ref;
        };
    }

    private static List<Expr> changeAll(List<Expr> operands, String suffix) {
        List<Expr> changed = new ArrayList<>();
        for (Expr operand : operands) {
            changed.add(change(operand, suffix));
        }
        return changed;
    }

    private static boolean isChanged(Operand left) {
        return left instanceof Operand.FieldName field
                && FIELDS.matcher(field.name()).matches();
    }

    private static RightSide changeConstants(RightSide right, String suffix) {
        return switch (right) {
            case RightSide.SingleValue single -> new RightSide.SingleValue(change(single.value(), suffix));
            case RightSide.ValueList list ->
                new RightSide.ValueList(list.values().stream()
                        .map(value -> change(value, suffix))
                        .toList());
            case RightSide.None none -> none;
            case RightSide.OtherOperand other -> other;
        };
    }

    private static Literal change(Literal value, String suffix) {
        return new Literal(value.text() + ByteText.fromUnicode(suffix), true, value.offset());
    }

    private static String quoted(String text) {
        try {
            return QUOTES.writeValueAsString(text);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot write a rule", e);
        }
    }
}
