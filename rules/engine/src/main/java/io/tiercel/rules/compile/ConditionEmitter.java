package io.tiercel.rules.compile;

import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_String;
import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;

import io.tiercel.rules.check.CheckedExpr;
import io.tiercel.rules.check.Constant;
import io.tiercel.rules.check.ConstantSet;
import io.tiercel.rules.check.ValueSource;
import io.tiercel.rules.compile.ValueRead.Form;
import io.tiercel.rules.condition.Operator;
import io.tiercel.rules.eval.Interpreter;
import io.tiercel.rules.eval.SharedResults;
import io.tiercel.rules.event.Event;
import io.tiercel.rules.event.EventTypes;
import io.tiercel.rules.field.Field;
import io.tiercel.rules.field.FieldType;
import io.tiercel.rules.match.PathPrefixes;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.Opcode;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Generates the bytecode of conditions: jumps for logical operators, and calls for comparisons. */
final class ConditionEmitter {
    /** Type of the methods that evaluate a condition. */
    static final MethodTypeDesc CONDITION = MethodTypeDesc.of(CD_boolean, desc(Event.class));

    private static final ClassDesc CHECKS = desc(RuntimeChecks.class);
    private static final ClassDesc LIST = desc(List.class);
    private static final ClassDesc FIELD_TYPE = desc(FieldType.class);
    private static final ClassDesc OPERATOR = desc(Operator.class);
    private static final ClassDesc CONSTANT = desc(Constant.class);
    private static final ClassDesc CONSTANT_SET = desc(ConstantSet.class);
    private static final ClassDesc ADDRESS = desc(InetAddress.class);
    private static final ClassDesc PATH_PREFIXES = desc(PathPrefixes.class);

    private final ClassDesc owner;
    private final ClassData data;
    private final ValueEmitter values;
    private final SharedResults results;
    private final Map<List<String>, FilteredStringSet> sets = new HashMap<>();
    private final Map<List<String>, PrefixSet> beginnings = new HashMap<>();
    private final Map<List<String>, SubstringSet> parts = new HashMap<>();
    private final Map<Node, boolean[]> types = new HashMap<>();
    private final Map<Node, String> checkMethods = new HashMap<>();

    /**
     * Creates an emitter for one class.
     *
     * @param results cache for the conditions that are interpreted
     */
    ConditionEmitter(ClassDesc owner, ClassData data, ValueEmitter values, SharedResults results) {
        this.owner = owner;
        this.data = data;
        this.values = values;
        this.results = results;
    }

    static String sharedMethod(int slot) {
        return "shared" + slot;
    }

    static String outlinedMethod(int part) {
        return "part" + part;
    }

    /** Makes subsequent code call the method for this comparison. */
    void useMethod(Node.Check check, String method) {
        checkMethods.put(check, method);
    }

    /** Emits a jump to the target if the condition has the value {@code when}. Otherwise execution continues. */
    void jump(CodeBuilder code, Node node, boolean when, Label target) {
        switch (node) {
            case Node.All(List<Node> operands) -> jump(code, operands, true, when, target);
            case Node.Any(List<Node> operands) -> jump(code, operands, false, when, target);
            case Node.Not(Node operand) -> jump(code, operand, !when, target);
            case Node.One(List<Node> operands) -> one(code, operands, when, target);
            case Node.Numeric number ->
                number(
                        code,
                        new ValueRead(Form.NUMBER, number.source()),
                        number.operator(),
                        when,
                        target,
                        () -> code.loadConstant(number.constant()));
            case Node.NumericPair numbers -> numbers(code, numbers, when, target);
            case Node.NumericIn member -> {
                ValueRead read = new ValueRead(Form.NUMBER, member.source());
                Label absent = when ? code.newLabel() : target;
                values.hasNumber(code, read);
                code.ifeq(absent);
                data.load(code, member.set(), ConstantSet.class);
                values.number(code, read);
                code.invokevirtual(CONSTANT_SET, "contains", MethodTypeDesc.of(CD_boolean, CD_long));
                branch(code, when, target);
                if (when) {
                    code.labelBinding(absent);
                }
            }
            case Node.Shared(int slot) -> {
                call(code, sharedMethod(slot));
                branch(code, when, target);
            }
            case Node.Outlined(int part) -> {
                call(code, outlinedMethod(part));
                branch(code, when, target);
            }
            case Node.Interpreted(CheckedExpr expr) -> {
                data.load(code, results, SharedResults.class);
                data.load(code, expr, CheckedExpr.class);
                code.aload(1)
                        .invokevirtual(
                                desc(SharedResults.class),
                                "matches",
                                MethodTypeDesc.of(CD_boolean, desc(CheckedExpr.class), desc(Event.class)));
                branch(code, when, target);
            }
            case Node.Check check -> {
                String method = checkMethods.get(check);
                if (method == null) {
                    push(code, check);
                } else {
                    call(code, method);
                }
                branch(code, when, target);
            }
        }
    }

    private static void branch(CodeBuilder code, boolean when, Label target) {
        code.branch(when ? Opcode.IFNE : Opcode.IFEQ, target);
    }

    private void call(CodeBuilder code, String method) {
        code.aload(0).aload(1).invokevirtual(owner, method, CONDITION);
    }

    /** Emits a conjunction ({@code all}) or a disjunction with short-circuit evaluation. */
    private void jump(CodeBuilder code, List<Node> operands, boolean all, boolean when, Label target) {
        if (when != all) {
            operands.forEach(operand -> jump(code, operand, when, target));
            return;
        }
        Label decided = code.newLabel();
        operands.forEach(operand -> jump(code, operand, !all, decided));
        code.goto_(target).labelBinding(decided);
    }

    private void one(CodeBuilder code, List<Node> operands, boolean when, Label target) {
        int count = code.allocateLocal(java.lang.classfile.TypeKind.INT);
        code.iconst_0().istore(count);
        for (Node operand : operands) {
            Label fails = code.newLabel();
            jump(code, operand, false, fails);
            code.iinc(count, 1).labelBinding(fails);
        }
        code.iload(count).iconst_1();
        code.branch(when ? Opcode.IF_ICMPEQ : Opcode.IF_ICMPNE, target);
    }

    private void numbers(CodeBuilder code, Node.NumericPair numbers, boolean when, Label target) {
        ValueRead other = new ValueRead(Form.NUMBER, numbers.other());
        Label absent = when ? code.newLabel() : target;
        values.hasNumber(code, other);
        code.ifeq(absent);
        number(
                code,
                new ValueRead(Form.NUMBER, numbers.source()),
                numbers.operator(),
                when,
                target,
                () -> values.number(code, other));
        if (when) {
            code.labelBinding(absent);
        }
    }

    private void number(
            CodeBuilder code, ValueRead read, Operator operator, boolean when, Label target, Runnable right) {
        Label absent = when ? code.newLabel() : target;
        values.hasNumber(code, read);
        code.ifeq(absent);
        values.number(code, read);
        right.run();
        if (read.source().type() == FieldType.INT64) {
            code.lcmp();
        } else {
            code.invokestatic(desc(Long.class), "compareUnsigned", MethodTypeDesc.of(CD_int, CD_long, CD_long));
        }
        code.branch(opcode(operator, when), target);
        if (when) {
            code.labelBinding(absent);
        }
    }

    /** Returns the jump on a comparison result (negative, 0, positive) that the operator accepts, or rejects. */
    private static Opcode opcode(Operator operator, boolean accepted) {
        return switch (operator) {
            case EQUAL, IN, INTERSECTS -> accepted ? Opcode.IFEQ : Opcode.IFNE;
            case NOT_EQUAL -> accepted ? Opcode.IFNE : Opcode.IFEQ;
            case LESS -> accepted ? Opcode.IFLT : Opcode.IFGE;
            case LESS_OR_EQUAL -> accepted ? Opcode.IFLE : Opcode.IFGT;
            case GREATER -> accepted ? Opcode.IFGT : Opcode.IFLE;
            case GREATER_OR_EQUAL -> accepted ? Opcode.IFGE : Opcode.IFLT;
            default -> throw new IllegalArgumentException(operator + " does not apply to numbers");
        };
    }

    /** Emits code that pushes the result of the comparison. */
    void push(CodeBuilder code, Node.Check check) {
        if (EventTypeFolding.dependsOnlyOnType(check)) {
            // In this code, evt.type is always the name of the event type, so the type code decides.
            data.load(code, types.computeIfAbsent(check, EventTypeFolding::resultsByType), boolean[].class);
            code.aload(1)
                    .invokeinterface(desc(Event.class), "type", MethodTypeDesc.of(CD_int))
                    .baload();
            return;
        }
        switch (check) {
            case Node.Exists exists -> values.emitPresence(code, exists.source());
            case Node.Text text -> text(code, text);
            case Node.TextIn member -> {
                object(code, Form.TEXT, member.source());
                data.load(code, sets.computeIfAbsent(member.texts(), FilteredStringSet::new), FilteredStringSet.class);
                check(code, "listed", CD_String, desc(FilteredStringSet.class));
            }
            case Node.TextStartsWith begins -> {
                object(code, Form.TEXT, begins.source());
                data.load(code, beginnings.computeIfAbsent(begins.prefixes(), PrefixSet::new), PrefixSet.class);
                check(code, "prefixed", CD_String, desc(PrefixSet.class));
            }
            case Node.TextContains contains -> {
                object(code, Form.TEXT, contains.source());
                data.load(code, parts.computeIfAbsent(contains.parts(), SubstringSet::new), SubstringSet.class);
                check(code, "containsAny", CD_String, desc(SubstringSet.class));
            }
            case Node.UnderPath covered -> {
                object(code, Form.TEXT, covered.source());
                data.load(code, covered.prefixes(), PathPrefixes.class);
                check(code, "covered", CD_String, PATH_PREFIXES);
            }
            case Node.Address address -> {
                object(code, Form.ADDRESS, address.source());
                data.load(code, address.constant(), Constant.class);
                check(code, address.equal() ? "inside" : "outside", ADDRESS, CONSTANT);
            }
            case Node.AddressIn member -> {
                object(code, Form.ADDRESS, member.source());
                data.load(code, member.set(), ConstantSet.class);
                check(code, "listed", ADDRESS, CONSTANT_SET);
            }
            case Node.AnyValue several -> {
                object(code, Form.LIST, several.source());
                data.load(code, several.source().type(), FieldType.class);
                data.load(code, several.operator(), Operator.class);
                data.load(code, several.constant(), Constant.class);
                check(code, "any", LIST, FIELD_TYPE, OPERATOR, CONSTANT);
            }
            case Node.NoneEqual none -> {
                object(code, Form.LIST, none.source());
                data.load(code, none.source().type(), FieldType.class);
                data.load(code, none.constant(), Constant.class);
                check(code, "noneEqual", LIST, FIELD_TYPE, CONSTANT);
            }
            case Node.AnyValueIn member -> {
                object(code, Form.LIST, member.source());
                data.load(code, member.set(), ConstantSet.class);
                check(code, "anyListed", LIST, CONSTANT_SET);
            }
            case Node.AnyValueUnderPath covered -> {
                object(code, Form.LIST, covered.source());
                data.load(code, covered.prefixes(), PathPrefixes.class);
                check(code, "anyCovered", LIST, PATH_PREFIXES);
            }
            case Node.ListIn member -> {
                object(code, Form.LIST, member.source());
                data.load(code, member.set(), ConstantSet.class);
                code.loadConstant(member.any() ? 1 : 0);
                check(code, "elementsListed", LIST, CONSTANT_SET, CD_boolean);
            }
            case Node.TextPair texts -> {
                object(code, Form.TEXT, texts.source());
                data.load(code, texts.operator(), Operator.class);
                object(code, Form.TEXT, texts.other());
                check(code, "texts", CD_String, OPERATOR, CD_String);
            }
            case Node.SourcePair sources ->
                interpreted(code, "compareSources", sources.compare(), CheckedExpr.CompareSources.class);
            case Node.Quantified quantified ->
                interpreted(code, "quantified", quantified.quantified(), CheckedExpr.Quantified.class);
            case Node.Numeric _, Node.NumericIn _, Node.NumericPair _ ->
                throw new IllegalArgumentException("numbers are compared by jumps");
        }
    }

    private void text(CodeBuilder code, Node.Text check) {
        if (!(check.constant() instanceof Constant.Text(String constant)) || !direct(check.operator())) {
            object(code, Form.TEXT, check.source());
            data.load(code, check.operator(), Operator.class);
            data.load(code, check.constant(), Constant.class);
            check(code, "text", CD_String, OPERATOR, CONSTANT);
            return;
        }
        if (check.operator() == Operator.EQUAL) {
            if (namesEventType(check.source())) {
                data.load(code, eventType(constant), String.class);
            } else {
                code.loadConstant(constant);
            }
            object(code, Form.TEXT, check.source());
            code.invokevirtual(CD_String, "equals", MethodTypeDesc.of(CD_boolean, CD_Object));
            return;
        }
        object(code, Form.TEXT, check.source());
        code.loadConstant(constant);
        String method = switch (check.operator()) {
            case NOT_EQUAL -> "notEqual";
            case STARTSWITH, BSTARTSWITH -> "startsWith";
            case ENDSWITH -> "endsWith";
            default -> "contains";
        };
        check(code, method, CD_String, CD_String);
    }

    private static boolean direct(Operator operator) {
        return switch (operator) {
            case EQUAL, NOT_EQUAL, STARTSWITH, BSTARTSWITH, ENDSWITH, CONTAINS, BCONTAINS -> true;
            default -> false;
        };
    }

    private static boolean namesEventType(ValueSource source) {
        return source instanceof ValueSource.FieldValue field
                && (field.ref().field() == Field.EVT_TYPE || field.ref().field() == Field.SYSCALL_TYPE);
    }

    /** Returns the same String instance that events return, so that equals() succeeds on identity. */
    private static String eventType(String name) {
        int code = EventTypes.code(name);
        return code < 0 ? name : EventTypes.name(code);
    }

    private void object(CodeBuilder code, Form form, ValueSource source) {
        values.object(code, new ValueRead(form, source));
    }

    private static void check(CodeBuilder code, String method, ClassDesc... parameters) {
        code.invokestatic(CHECKS, method, MethodTypeDesc.of(CD_boolean, parameters));
    }

    private void interpreted(CodeBuilder code, String method, CheckedExpr expr, Class<?> type) {
        data.load(code, expr, type);
        code.aload(1)
                .invokestatic(
                        desc(Interpreter.class), method, MethodTypeDesc.of(CD_boolean, desc(type), desc(Event.class)));
    }

    private static ClassDesc desc(Class<?> type) {
        return type.describeConstable().orElseThrow();
    }
}
