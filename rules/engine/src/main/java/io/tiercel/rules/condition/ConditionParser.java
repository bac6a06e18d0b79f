package io.tiercel.rules.condition;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Parser for conditions, with the grammar of Falco's filter language.
 *
 * <p>The parser does not resolve lists and macros. List items are substituted in the text before parsing. {@link
 * MacroSubstitution} replaces macro references in the parsed tree.
 */
public final class ConditionParser {
    private static final List<String> TRANSFORMERS =
            List.of("tolower(", "toupper(", "b64(", "basename(", "len(", "join(", "concat(", "getopt(");

    /** Operator spellings in the order in which they are tried. A spelling precedes its own prefixes. */
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

    /** Maximum depth of the tree. A group counts as many levels as in Falco's parser, so 199 nested groups fit. */
    private static final int DEPTH_LIMIT = 1000;

    private static final int GROUP_DEPTH = 5;

    private static final String TOO_DEEP = "nested too deeply; the maximum is " + ConditionDepth.MAX_LEVELS
            + " levels of 'and', 'or', 'not' and transformers";

    private final ConditionScanner scanner;
    private final Set<String> dotlessFields;
    private int depth;
    private int operandLevels;

    private ConditionParser(String text, int position, Set<String> dotlessFields) {
        this.scanner = new ConditionScanner(text, position);
        this.dotlessFields = dotlessFields;
    }

    /**
     * Parses a condition.
     *
     * @throws ConditionSyntaxException with the position of the first char that violates the grammar
     */
    public static Expr parse(String condition) throws ConditionSyntaxException {
        return parse(condition, Set.of());
    }

    /**
     * Parses a condition in which some names without a dot are fields instead of macros.
     *
     * @throws ConditionSyntaxException with the position of the first char that violates the grammar
     */
    public static Expr parse(String condition, Set<String> dotlessFields) throws ConditionSyntaxException {
        ConditionParser parser = new ConditionParser(condition, 0, dotlessFields);
        Expr expr = parser.or();
        parser.end();
        return expr;
    }

    /** Parses a text that consists of one field or transformer, as in the {@code fields} of an exception. */
    public static Operand operand(String text) throws ConditionSyntaxException {
        ConditionParser parser = new ConditionParser(text, 0, Set.of());
        Operand operand = parser.left();
        if (operand == null) {
            throw parser.scanner.error(
                    "expected a field such as proc.name, or a transformer such as tolower(proc.name)");
        }
        parser.end();
        return operand;
    }

    /**
     * Parses a transformer that starts at a position of a longer text, as in an output format.
     *
     * @return the transformer and its end, or null if no transformer starts at the position
     */
    public static @Nullable Prefix transformerAt(String text, int position) throws ConditionSyntaxException {
        ConditionParser parser = new ConditionParser(text, position, Set.of());
        Operand operand = parser.transformer();
        return operand == null ? null : new Prefix(operand, parser.scanner.position());
    }

    /** Returns whether the text starts like a transformer, so that it was probably not intended as a constant. */
    public static boolean looksLikeTransformer(String text) {
        for (String transformer : TRANSFORMERS) {
            if (text.startsWith(transformer)) {
                return true;
            }
        }
        return false;
    }

    /** An operand at the start of a text, and the position after it. */
    public record Prefix(Operand operand, int end) {}

    private void end() throws ConditionSyntaxException {
        scanner.skipSpace();
        if (!scanner.atEnd()) {
            throw scanner.error(
                    "expected 'and', 'or' or the end of the condition; put a value with spaces, parentheses,"
                            + " quotes, '=' or ',' in quotes");
        }
    }

    /** The operands of {@code or} and {@code and} in one group, and the {@code not}s before the next operand. */
    private static final class Group {
        private final int start;
        private final List<Expr> orOperands = new ArrayList<>(2);
        private List<Expr> andOperands = new ArrayList<>(2);
        private final ArrayDeque<Integer> nots = new ArrayDeque<>(0);
        private int andStart;
        private int orLevels;
        private int andLevels;

        /** True if the next operand is a group that {@code and} cannot continue. */
        private boolean closed;

        Group(int start) {
            this.start = start;
            this.andStart = start;
        }
    }

    /** Parses a condition without recursion, because groups may nest deeper than the stack allows. */
    private Expr or() throws ConditionSyntaxException {
        ArrayDeque<Group> outer = new ArrayDeque<>();
        Group group = new Group(scanner.position());
        while (true) {
            nots(group);
            if (scanner.peek() == '(') {
                enter(GROUP_DEPTH);
                scanner.expect('(', "at the start of the group");
                outer.push(group);
                group = new Group(scanner.position());
                continue;
            }
            Expr operand = leaf();
            int levels = operand instanceof Expr.Check check ? ConditionDepth.of(check) : 1;
            while (!continues(group, operand, levels)) {
                operand = orOf(group);
                levels = group.orLevels;
                if (outer.isEmpty()) {
                    return operand;
                }
                scanner.skipSpace();
                scanner.expect(
                        ')', "at the end of the group, or 'and' or 'or'; put a value with spaces or quotes in quotes");
                depth -= GROUP_DEPTH;
                group = outer.pop();
            }
        }
    }

    /** Reads the {@code not}s before an operand. */
    private void nots(Group group) throws ConditionSyntaxException {
        if (group.closed) {
            return;
        }
        scanner.skipSpace();
        while (scanner.atWord("not")) {
            group.nots.push(scanner.position());
            scanner.take("not");
            enter(1);
            scanner.skipSpace();
        }
    }

    /** Adds an operand to a group. Returns true if another operand follows, and false at the end of the group. */
    private boolean continues(Group group, Expr first, int firstLevels) throws ConditionSyntaxException {
        Expr operand = first;
        int levels = firstLevels;
        for (; !group.nots.isEmpty(); depth--) {
            operand = new Expr.Not(operand, group.nots.pop());
            levels = deeper(levels, operand);
        }
        if (group.closed) {
            group.closed = false;
            group.orOperands.add(operand);
            group.orLevels = Math.max(group.orLevels, levels);
        } else {
            group.andOperands.add(operand);
            group.andLevels = Math.max(group.andLevels, levels);
            if (keyword("and")) {
                return true;
            }
            endAnd(group);
        }
        if (!keyword("or")) {
            return false;
        }
        // As in Falco: a group that directly follows "or", without a space, cannot be continued with "and".
        group.closed = scanner.peek() == '(' && !scanner.followsSpace();
        group.andStart = scanner.position();
        return true;
    }

    private static void endAnd(Group group) throws ConditionSyntaxException {
        List<Expr> operands = group.andOperands;
        boolean single = operands.size() == 1;
        Expr expr = single ? operands.getFirst() : new Expr.And(List.copyOf(operands), group.andStart);
        int levels = single ? group.andLevels : deeper(group.andLevels, expr);
        group.orOperands.add(expr);
        group.orLevels = Math.max(group.orLevels, levels);
        group.andOperands = new ArrayList<>(2);
        group.andLevels = 0;
    }

    private static Expr orOf(Group group) throws ConditionSyntaxException {
        if (group.orOperands.size() == 1) {
            return group.orOperands.getFirst();
        }
        Expr expr = new Expr.Or(List.copyOf(group.orOperands), group.start);
        group.orLevels = deeper(group.orLevels, expr);
        return expr;
    }

    private static int deeper(int levels, Expr expr) throws ConditionSyntaxException {
        if (levels >= ConditionDepth.MAX_LEVELS) {
            throw new ConditionSyntaxException(expr.offset(), TOO_DEEP);
        }
        return levels + 1;
    }

    private boolean keyword(String word) throws ConditionSyntaxException {
        scanner.skipSpace();
        if (!scanner.take(word)) {
            return false;
        }
        if (scanner.peek() != '(' && !scanner.skipSpace()) {
            throw scanner.error("expected a space or '(' after '" + word + "'");
        }
        return true;
    }

    private void enter(int levels) throws ConditionSyntaxException {
        depth += levels;
        if (depth >= DEPTH_LIMIT) {
            throw scanner.error("nested too deeply; the maximum is 199 levels of parentheses");
        }
    }

    private Expr leaf() throws ConditionSyntaxException {
        scanner.skipSpace();
        int start = scanner.position();
        Operand left = left();
        if (left != null) {
            return check(left, start);
        }
        String name = scanner.identifier();
        if (name.isEmpty()) {
            throw scanner.error("expected a comparison such as proc.name = bash, a macro, 'not' or '('");
        }
        if (name.equals("val") && scanner.peek() == '(') {
            throw new ConditionSyntaxException(
                    start, "val() is allowed only on the right side; write the field itself on the left side");
        }
        return new Expr.MacroRef(name, start);
    }

    private @Nullable Operand left() throws ConditionSyntaxException {
        Operand operand = transformer();
        return operand != null ? operand : field();
    }

    private Operand.@Nullable FieldName field() throws ConditionSyntaxException {
        int start = scanner.position();
        String name = scanner.fieldName();
        if (name.isEmpty()) {
            scanner.reset(start);
            name = dotlessFields.isEmpty() ? "" : scanner.identifier();
            if (!dotlessFields.contains(name)) {
                scanner.reset(start);
                return null;
            }
        }
        return new Operand.FieldName(name, scanner.take("[") ? scanner.bracketed() : null, start);
    }

    private @Nullable Operand transformer() throws ConditionSyntaxException {
        int start = scanner.position();
        for (String opening : TRANSFORMERS) {
            if (scanner.take(opening)) {
                String name = opening.substring(0, opening.length() - 1);
                if (++operandLevels >= ConditionDepth.MAX_LEVELS) {
                    throw new ConditionSyntaxException(start, TOO_DEEP);
                }
                List<TransformerArgument> arguments = new ArrayList<>();
                do {
                    arguments.add(argument());
                    scanner.skipSpace();
                } while (scanner.take(","));
                scanner.expect(')', "after the arguments of " + name);
                operandLevels--;
                String index = scanner.take("[") ? scanner.bracketed() : null;
                return new Operand.Transformed(name, List.copyOf(arguments), index, start);
            }
        }
        return null;
    }

    private TransformerArgument argument() throws ConditionSyntaxException {
        scanner.skipSpace();
        if (!scanner.take("(")) {
            return item();
        }
        List<TransformerArgument> items = new ArrayList<>();
        scanner.skipSpace();
        if (scanner.peek() != ')') {
            do {
                items.add(item());
                scanner.skipSpace();
            } while (scanner.take(","));
        }
        scanner.expect(')', "after the list items");
        return new TransformerArgument.Items(List.copyOf(items));
    }

    private TransformerArgument item() throws ConditionSyntaxException {
        scanner.skipSpace();
        char first = scanner.peek();
        if (first == '"' || first == '\'') {
            return scanner.quoted();
        }
        Operand operand = left();
        return operand != null ? operand : scanner.number();
    }

    private Expr check(Operand left, int start) throws ConditionSyntaxException {
        scanner.skipSpace();
        Operator operator = operator();
        if (operator == Operator.EXISTS) {
            return new Expr.Check(left, operator, null, new RightSide.None(), start);
        }
        boolean spaced = scanner.skipSpace();
        if (Character.isLetter(operator.text().charAt(0)) && operator.takesModifier() && !spaced) {
            throw scanner.error("expected a space after '" + operator.text() + "'");
        }
        if (operator.takesModifier() && spaced) {
            int mark = scanner.position();
            Modifier modifier = modifier();
            if (modifier != null) {
                return new Expr.Check(left, operator, modifier, listOrWord(), start);
            }
            scanner.reset(mark);
        }
        Operand other = rightOperand();
        if (other != null) {
            return new Expr.Check(left, operator, null, new RightSide.OtherOperand(other), start);
        }
        RightSide right = operator.takesList()
                ? listOrWord()
                : new RightSide.SingleValue(operator.ordering() ? scanner.number() : scanner.string());
        return new Expr.Check(left, operator, null, right, start);
    }

    private Operator operator() throws ConditionSyntaxException {
        for (Spelling spelling : SPELLINGS) {
            if (scanner.take(spelling.text)) {
                return spelling.operator;
            }
        }
        throw scanner.error("expected an operator; to test a field alone, write 'field exists' or 'field = true'");
    }

    /** Reads a modifier if a list or a word other than a keyword follows it. Otherwise the text was a value. */
    private @Nullable Modifier modifier() {
        for (Modifier modifier : Modifier.values()) {
            if (scanner.take(modifier.text())) {
                if (!scanner.skipSpace()) {
                    return null;
                }
                boolean keyword = scanner.atWord("and") || scanner.atWord("or") || scanner.atWord("not");
                char next = scanner.peek();
                boolean word = next >= 'a' && next <= 'z' || next >= 'A' && next <= 'Z';
                return next == '(' || word && !keyword ? modifier : null;
            }
        }
        return null;
    }

    private @Nullable Operand rightOperand() throws ConditionSyntaxException {
        if (!scanner.take("val(")) {
            return transformer();
        }
        scanner.skipSpace();
        Operand field = field();
        if (field == null) {
            throw scanner.error("expected a field in the parentheses of val()");
        }
        scanner.skipSpace();
        scanner.expect(')', "after the field of val()");
        return field;
    }

    private RightSide listOrWord() throws ConditionSyntaxException {
        if (scanner.take("(")) {
            List<Literal> values = values();
            scanner.expect(')', "or ',' in the list; put a value with spaces or quotes in quotes");
            return new RightSide.ValueList(values);
        }
        int start = scanner.position();
        String word = scanner.identifier();
        if (word.isEmpty()) {
            throw scanner.error("expected a list in parentheses such as (a, b)");
        }
        return new RightSide.SingleValue(new Literal(word, false, start));
    }

    private List<Literal> values() throws ConditionSyntaxException {
        List<Literal> values = new ArrayList<>();
        scanner.skipSpace();
        if (scanner.peek() != ')') {
            do {
                scanner.skipSpace();
                values.add(scanner.string());
                scanner.skipSpace();
            } while (scanner.take(","));
        }
        return List.copyOf(values);
    }

    private record Spelling(String text, Operator operator) {}
}
