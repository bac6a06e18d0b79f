package io.tiercel.rules.compile;

import io.tiercel.rules.check.CheckedExpr;
import io.tiercel.rules.check.ConditionCheckException;
import io.tiercel.rules.check.ConditionChecker;
import io.tiercel.rules.check.FieldTable;
import io.tiercel.rules.check.ValueSource;
import io.tiercel.rules.condition.ConditionParser;
import io.tiercel.rules.condition.ConditionSyntaxException;
import io.tiercel.rules.condition.Expr;
import io.tiercel.rules.condition.MacroSubstitution;
import io.tiercel.rules.condition.Operator;
import io.tiercel.rules.field.Field;
import io.tiercel.rules.field.FieldType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Generator of random conditions that share macros. The conditions are generated as text, parsed and checked. Each instance
 * uses few fields and comparisons, so that several conditions read the same value.
 */
final class RandomConditions {
    private static final int FIELDS = 6;
    private static final int CHECKS = 14;

    private static final List<String> FIELD_NAMES =
            Field.eventFields().stream().flatMap(field -> names(field).stream()).toList();

    private final Random random;
    private final List<String> fields;
    private final List<String> checks;
    private final Map<String, Expr> macros = new HashMap<>();
    private final FieldTable table = new FieldTable();
    private final ConditionChecker checker = new ConditionChecker(table);
    private final StringBuilder written = new StringBuilder();

    RandomConditions(long seed) {
        this.random = new Random(seed);
        this.fields = IntStream.range(0, FIELDS)
                .mapToObj(i -> i == 0 ? "evt.type" : RandomValues.one(random, FIELD_NAMES))
                .toList();
        this.checks = IntStream.range(0, CHECKS).mapToObj(i -> check()).toList();
    }

    private static List<String> names(Field field) {
        String name = field.fieldName();
        return switch (field.argument()) {
            case NONE -> List.of(name);
            case INDEX -> List.of(name, name + "[1]");
            case REQUIRED_INDEX -> List.of(name + "[2]");
            case KEY -> List.of(name, name + "[HOME]");
            case REQUIRED_KEY -> List.of(name + "[app]");
            case INDEX_OR_KEY -> List.of(name, name + "[0]", name + "[/x]");
            case NAME -> List.of(name + ".flags", name + ".path", name + "[0]");
            case ONLY_NAME ->
                field == Field.EVT_TYPE_IS
                        ? List.of(name + ".open")
                        : List.of(name + ".res", name + ".size", name + ".flags", name + ".data", name + ".path");
            case OPTIONAL_NAME -> List.of(name, name + ".src");
        };
    }

    /** Returns the field table with which all conditions of this instance are checked. */
    FieldTable table() {
        return table;
    }

    /** Returns the text of all macros and conditions so far, for failure messages. */
    String written() {
        return written.toString();
    }

    /** Defines a macro that later conditions can use. */
    void macro() {
        String name = "m" + macros.size();
        String text = condition(3);
        written.append(name).append(": ").append(text).append('\n');
        macros.put(name, read(text));
    }

    /** Returns the next condition. */
    CheckedExpr next() {
        String text = condition(4);
        written.append("rule: ").append(text).append('\n');
        try {
            return checker.check(read(text)).expr();
        } catch (ConditionCheckException e) {
            throw new AssertionError(text, e);
        }
    }

    private Expr read(String text) {
        try {
            return MacroSubstitution.substitute(ConditionParser.parse(text), ref -> macros.get(ref.name()));
        } catch (ConditionSyntaxException e) {
            throw new AssertionError(text, e);
        }
    }

    private String condition(int depth) {
        int kind = depth == 0 ? 0 : random.nextInt(10);
        return switch (kind) {
            case 1, 2, 3 -> "(" + joined(" and ", depth) + ")";
            case 4, 5, 6 -> "(" + joined(" or ", depth) + ")";
            case 7 -> "not (" + condition(depth - 1) + ")";
            case 8, 9 ->
                macros.isEmpty()
                        ? RandomValues.one(random, checks)
                        : RandomValues.one(random, List.copyOf(macros.keySet()));
            default -> RandomValues.one(random, checks);
        };
    }

    private String joined(String word, int depth) {
        return IntStream.range(0, 2 + random.nextInt(3))
                .mapToObj(i -> condition(depth - 1))
                .collect(Collectors.joining(word));
    }

    /** Returns a comparison that the checker accepts. */
    private String check() {
        while (true) {
            String text = attempt();
            try {
                new ConditionChecker(new FieldTable()).check(ConditionParser.parse(text));
                return text;
            } catch (ConditionSyntaxException | ConditionCheckException e) {
                continue;
            }
        }
    }

    private String attempt() {
        String left = operand(2);
        FieldType type = type(left);
        String operator = RandomValues.one(random, List.of(Operator.values())).text();
        if (operator.equals("exists")) {
            return left + " exists";
        }
        if (random.nextInt(8) == 0) {
            String right = operand(1);
            return left + " " + operator + " " + (right.contains("(") ? right : "val(" + right + ")");
        }
        if (operator.equals("in") || operator.equals("intersects") || operator.equals("pmatch")) {
            return left + " " + operator + " " + list(operator, type, 0);
        }
        if (random.nextInt(5) == 0) {
            String modifier = RandomValues.one(random, List.of("oneof", "anyof", "allof"));
            return left + " " + operator + " " + modifier + " " + list(operator, type, 1);
        }
        return left + " " + operator + " " + RandomValues.constant(random, operator, type);
    }

    private String list(String operator, FieldType type, int least) {
        List<String> values = new ArrayList<>();
        int count = least + random.nextInt(4);
        for (int i = 0; i < count; i++) {
            values.add(RandomValues.constant(random, operator, type));
        }
        return "(" + String.join(", ", values) + ")";
    }

    private String operand(int depth) {
        String field = RandomValues.one(random, fields);
        if (depth == 0 || random.nextInt(4) != 0) {
            return field;
        }
        return switch (random.nextInt(8)) {
            case 0 -> "tolower(" + operand(depth - 1) + ")";
            case 1 -> "toupper(" + operand(depth - 1) + ")";
            case 2 -> "basename(" + operand(depth - 1) + ")";
            case 3 -> "b64(" + operand(depth - 1) + ")";
            case 4 -> "len(" + operand(depth - 1) + ")";
            case 5 -> "join(\",\", (" + operand(depth - 1) + ", " + operand(depth - 1) + "))";
            case 6 -> "concat(" + operand(depth - 1) + ", \"-\", " + operand(depth - 1) + ")";
            default -> "getopt((" + operand(depth - 1) + ", \"-a\"), \"ab:\")" + (random.nextBoolean() ? "[a]" : "");
        };
    }

    /** Returns the type of the operand, or text for other operands. */
    private static FieldType type(String operand) {
        try {
            CheckedExpr checked = new ConditionChecker(new FieldTable())
                    .check(ConditionParser.parse(operand + " exists"))
                    .expr();
            ValueSource source = ((CheckedExpr.Exists) checked).source();
            return source.type();
        } catch (ConditionSyntaxException | ConditionCheckException e) {
            return FieldType.TEXT;
        }
    }
}
