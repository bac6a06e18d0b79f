package io.tiercel.rules.condition;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the text of a condition by recursive descent, exactly the grammar of Falco's filter language.
 *
 * <p>Lists and macros are not known here: items of lists are written into the text before, bodies of macros are put into
 * the tree by {@link MacroSubstitution}.
 */
public final class ConditionParser {
    private static final List<String> TRANSFORMERS =
            List.of("tolower(", "toupper(", "b64(", "basename(", "len(", "join(", "concat(", "getopt(");

    /** In the order in which they are tried: a longer spelling before its own beginning. */
    private static final List<Spelling> SPELLINGS = List.of(
            new Spelling("exists", Operator.EXISTS),
            new Spelling("<=", Operator.LESS_OR_EQUAL),
            new Spelling("<", Operator.LESS),
            new Spelling(">=", Operator.GREATER_OR_EQUAL),
            new Spelling(">", Operator.GREATER),
            new Spelling("==", Operator.EQUAL),
            new Spelling("=", Operator.EQUAL),
            new Spelling("!=", Operator.NOT_EQUAL),
            new Spelling("glob", Operator.GLOB),
            new Spelling("iglob", Operator.IGLOB),
            new Spelling("contains", Operator.CONTAINS),
            new Spelling("icontains", Operator.ICONTAINS),
            new Spelling("bcontains", Operator.BCONTAINS),
            new Spelling("startswith", Operator.STARTSWITH),
            new Spelling("bstartswith", Operator.BSTARTSWITH),
            new Spelling("endswith", Operator.ENDSWITH),
            new Spelling("regex", Operator.REGEX),
            new Spelling("intersects", Operator.INTERSECTS),
            new Spelling("in", Operator.IN),
            new Spelling("pmatch", Operator.PMATCH));

    /** Levels of the tree. A group costs as many as Falco's parser counts for it, so 199 of them fit. */
    private static final int DEPTH_LIMIT = 1000;

    private static final int GROUP_DEPTH = 5;

    private final ConditionScanner cursor;
    private final Set<String> plainFields;
    private int depth;

    private ConditionParser(String text, int position, Set<String> plainFields) {
        this.cursor = new ConditionScanner(text, position);
        this.plainFields = plainFields;
    }

    /**
     * Reads a whole condition.
     *
     * @throws ConditionSyntaxException with the position of the first char that does not fit
     */
    public static Expr parse(String condition) throws ConditionSyntaxException {
        return parse(condition, Set.of());
    }

    /**
     * Reads a whole condition in which some words without a dot are fields and not macros.
     *
     * @throws ConditionSyntaxException with the position of the first char that does not fit
     */
    public static Expr parse(String condition, Set<String> plainFields) throws ConditionSyntaxException {
        ConditionParser parser = new ConditionParser(condition, 0, plainFields);
        Expr expr = parser.or();
        parser.end();
        return expr;
    }

    /** Reads a field or transformer that fills the whole text, as an exception's {@code fields} hold them. */
    public static Operand operand(String text) throws ConditionSyntaxException {
        ConditionParser parser = new ConditionParser(text, 0, Set.of());
        Operand operand = parser.left();
        if (operand == null) {
            throw parser.cursor.error(
                    "expected a field such as proc.name, or a transformer such as tolower(proc.name)");
        }
        parser.end();
        return operand;
    }

    /**
     * Reads a transformer at a position of a longer text, as outputs hold them.
     *
     * @return the transformer and where it ends; null if none begins there
     */
    public static @Nullable Prefix transformerAt(String text, int position) throws ConditionSyntaxException {
        ConditionParser parser = new ConditionParser(text, position, Set.of());
        Operand operand = parser.transformer();
        return operand == null ? null : new Prefix(operand, parser.cursor.position());
    }

    /** Whether the text begins like a transformer, so that it was probably not meant as a constant. */
    public static boolean looksLikeTransformer(String text) {
        for (String transformer : TRANSFORMERS) {
            if (text.startsWith(transformer)) {
                return true;
            }
        }
        return false;
    }

    /** An operand at the beginning of a text, and the position behind it. */
    public record Prefix(Operand operand, int end) {}

    private void end() throws ConditionSyntaxException {
        cursor.skipSpace();
        if (!cursor.atEnd()) {
            throw cursor.error("expected 'and', 'or' or the end here; a value with blanks, parentheses, quotes, '=' or"
                    + " ',' needs quotes");
        }
    }

    private Expr or() throws ConditionSyntaxException {
        List<Expr> operands = new ArrayList<>();
        int start = cursor.position();
        operands.add(and());
        while (keyword("or")) {
            // Directly behind "or" a group stands alone, without "and" behind it: so it is in Falco.
            operands.add(cursor.peek() == '(' && !cursor.behindSpace() ? group() : and());
        }
        return operands.size() == 1 ? operands.getFirst() : new Expr.Or(List.copyOf(operands), start);
    }

    private Expr and() throws ConditionSyntaxException {
        List<Expr> operands = new ArrayList<>();
        int start = cursor.position();
        operands.add(not());
        while (keyword("and")) {
            operands.add(not());
        }
        return operands.size() == 1 ? operands.getFirst() : new Expr.And(List.copyOf(operands), start);
    }

    private boolean keyword(String word) throws ConditionSyntaxException {
        cursor.skipSpace();
        if (!cursor.take(word)) {
            return false;
        }
        if (cursor.peek() != '(' && !cursor.skipSpace()) {
            throw cursor.error("expected a blank or '(' behind '" + word + "'");
        }
        return true;
    }

    private Expr not() throws ConditionSyntaxException {
        cursor.skipSpace();
        int start = cursor.position();
        if (!cursor.atWord("not")) {
            return primary();
        }
        cursor.take("not");
        enter(1);
        Expr operand = cursor.peek() == '(' ? group() : not();
        depth--;
        return new Expr.Not(operand, start);
    }

    private Expr group() throws ConditionSyntaxException {
        enter(GROUP_DEPTH);
        cursor.expect('(', "to open a group");
        Expr expr = or();
        cursor.skipSpace();
        cursor.expect(')', "to close the group, or 'and', 'or'; a value with blanks or quotes needs quotes");
        depth -= GROUP_DEPTH;
        return expr;
    }

    private void enter(int levels) throws ConditionSyntaxException {
        depth += levels;
        if (depth >= DEPTH_LIMIT) {
            throw cursor.error("too deeply nested; at most 199 parentheses may be open");
        }
    }

    private Expr primary() throws ConditionSyntaxException {
        cursor.skipSpace();
        int start = cursor.position();
        if (cursor.peek() == '(') {
            return group();
        }
        Operand left = left();
        if (left != null) {
            return check(left, start);
        }
        String name = cursor.identifier();
        if (name.isEmpty()) {
            throw cursor.error("expected a check such as proc.name = bash, a macro, 'not' or '('");
        }
        if (name.equals("val") && cursor.peek() == '(') {
            throw new ConditionSyntaxException(
                    start, "val() may only stand on the right side; on the left write the field itself");
        }
        return new Expr.MacroRef(name, start);
    }

    private @Nullable Operand left() throws ConditionSyntaxException {
        Operand operand = transformer();
        return operand != null ? operand : field();
    }

    private Operand.@Nullable FieldName field() throws ConditionSyntaxException {
        int start = cursor.position();
        String name = cursor.fieldName();
        if (name.isEmpty()) {
            cursor.back(start);
            name = plainFields.isEmpty() ? "" : cursor.identifier();
            if (!plainFields.contains(name)) {
                cursor.back(start);
                return null;
            }
        }
        return new Operand.FieldName(name, cursor.take("[") ? cursor.bracketed() : null, start);
    }

    private @Nullable Operand transformer() throws ConditionSyntaxException {
        int start = cursor.position();
        for (String opening : TRANSFORMERS) {
            if (cursor.take(opening)) {
                String name = opening.substring(0, opening.length() - 1);
                enter(GROUP_DEPTH);
                List<TransformerArgument> arguments = new ArrayList<>();
                do {
                    arguments.add(argument());
                    cursor.skipSpace();
                } while (cursor.take(","));
                cursor.expect(')', "behind the arguments of " + name);
                depth -= GROUP_DEPTH;
                String index = cursor.take("[") ? cursor.bracketed() : null;
                return new Operand.Transformed(name, List.copyOf(arguments), index, start);
            }
        }
        return null;
    }

    private TransformerArgument argument() throws ConditionSyntaxException {
        cursor.skipSpace();
        if (!cursor.take("(")) {
            return item();
        }
        List<TransformerArgument> items = new ArrayList<>();
        cursor.skipSpace();
        if (cursor.peek() != ')') {
            do {
                items.add(item());
                cursor.skipSpace();
            } while (cursor.take(","));
        }
        cursor.expect(')', "behind the items");
        return new TransformerArgument.Items(List.copyOf(items));
    }

    private TransformerArgument item() throws ConditionSyntaxException {
        cursor.skipSpace();
        char first = cursor.peek();
        if (first == '"' || first == '\'') {
            return cursor.quoted();
        }
        Operand operand = left();
        return operand != null ? operand : cursor.number();
    }

    private Expr check(Operand left, int start) throws ConditionSyntaxException {
        cursor.skipSpace();
        Operator operator = operator();
        if (operator == Operator.EXISTS) {
            return new Expr.Check(left, operator, null, new RightSide.None(), start);
        }
        boolean spaced = cursor.skipSpace();
        if (Character.isLetter(operator.text().charAt(0)) && operator.takesModifier() && !spaced) {
            throw cursor.error("expected a blank behind '" + operator.text() + "'");
        }
        if (operator.takesModifier() && spaced) {
            int mark = cursor.position();
            Modifier modifier = modifier();
            if (modifier != null) {
                return new Expr.Check(left, operator, modifier, listOrWord(), start);
            }
            cursor.back(mark);
        }
        Operand other = rightOperand();
        if (other != null) {
            return new Expr.Check(left, operator, null, new RightSide.OtherOperand(other), start);
        }
        RightSide right = operator.takesList()
                ? listOrWord()
                : new RightSide.SingleValue(operator.ordering() ? cursor.number() : cursor.string());
        return new Expr.Check(left, operator, null, right, start);
    }

    private Operator operator() throws ConditionSyntaxException {
        for (Spelling spelling : SPELLINGS) {
            if (cursor.take(spelling.text)) {
                return spelling.operator;
            }
        }
        throw cursor.error(
                "expected an operator; a field alone is no condition: write 'field exists', or 'field = true'");
    }

    /** A modifier, if a list or a word that is no keyword follows it; else it was a value. */
    private @Nullable Modifier modifier() {
        for (Modifier modifier : Modifier.values()) {
            if (cursor.take(modifier.text())) {
                if (!cursor.skipSpace()) {
                    return null;
                }
                boolean keyword = cursor.atWord("and") || cursor.atWord("or") || cursor.atWord("not");
                char next = cursor.peek();
                boolean word = next >= 'a' && next <= 'z' || next >= 'A' && next <= 'Z';
                return next == '(' || word && !keyword ? modifier : null;
            }
        }
        return null;
    }

    private @Nullable Operand rightOperand() throws ConditionSyntaxException {
        if (!cursor.take("val(")) {
            return transformer();
        }
        cursor.skipSpace();
        Operand field = field();
        if (field == null) {
            throw cursor.error("expected a field between the parentheses of val()");
        }
        cursor.skipSpace();
        cursor.expect(')', "behind the field of val()");
        return field;
    }

    private RightSide listOrWord() throws ConditionSyntaxException {
        if (cursor.take("(")) {
            List<Literal> values = values();
            cursor.expect(')', "or ',' in the list; a value with blanks or quotes needs quotes");
            return new RightSide.ValueList(values);
        }
        int start = cursor.position();
        String word = cursor.identifier();
        if (word.isEmpty()) {
            throw cursor.error("expected a list in parentheses such as (a, b)");
        }
        return new RightSide.SingleValue(new Literal(word, false, start));
    }

    private List<Literal> values() throws ConditionSyntaxException {
        List<Literal> values = new ArrayList<>();
        cursor.skipSpace();
        if (cursor.peek() != ')') {
            do {
                cursor.skipSpace();
                values.add(cursor.string());
                cursor.skipSpace();
            } while (cursor.take(","));
        }
        return List.copyOf(values);
    }

    private record Spelling(String text, Operator operator) {}
}
