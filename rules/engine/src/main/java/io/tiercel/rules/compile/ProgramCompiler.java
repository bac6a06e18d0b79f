package io.tiercel.rules.compile;

import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_void;

import io.tiercel.rules.check.ValueSource;
import io.tiercel.rules.eval.SharedResults;
import io.tiercel.rules.event.Event;
import io.tiercel.rules.event.EventTypes;
import io.tiercel.rules.field.Field;
import io.tiercel.rules.field.FieldRef;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.instruction.SwitchCase;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Compiles the conditions of a rule set to hidden classes.
 *
 * <p>A class switches on the event type to a method that executes the {@link MatchStep}s of the conditions for this
 * type. The remainder of each condition and each shared subexpression are separate methods. Results of shared
 * subexpressions, and values that are read in several places, are cached for the current event. Constants are class
 * data, which the JIT compiler can optimize.
 *
 * <p>A class interprets a condition that exceeds the {@link ClassSizeBudget} by itself. It also interprets all conditions for
 * events whose {@code evt.type} is not the name of their type, which are asynchronous events.
 */
final class ProgramCompiler {
    private static final MethodTypeDesc FIRST = MethodTypeDesc.of(CD_int, desc(Event.class));
    private static final MethodTypeDesc NEXT = MethodTypeDesc.of(CD_int, desc(Event.class), CD_int);
    private static final MethodTypeDesc FIND = MethodTypeDesc.of(CD_int, desc(Event.class), CD_int, CD_int);

    /**
     * Maximum number of conditions in one class. More of them would exceed the limits of {@link ClassSizeBudget}, and then they
     * are evaluated many times slower. Falco's official rules fit into one class.
     */
    private static final int MAX_CONDITIONS_PER_CLASS = 128;

    /** Maximum number of steps in one method, so that the method is small enough for the JIT compiler. */
    private static final int MAX_STEPS_PER_METHOD = 128;

    private final ClassDesc program = ClassDesc.of(ProgramCompiler.class.getPackageName(), "CompiledProgram");
    private final List<RuleProgram.Candidate> candidates;
    private final ClassData data = new ClassData();
    private final MemoBits memo = new MemoBits(program);
    private final ValueEmitter values = new ValueEmitter(program, data, memo);
    private final MethodSplitter splitter = new MethodSplitter();
    private final SharedResults results;
    private final ConditionEmitter conditions;
    private final Map<Node, String> methods = new LinkedHashMap<>();
    private final InterpretedProgram fallback;

    /** The field {@code evt.type}, whose value folding assumes; null if no condition uses it. */
    private @Nullable FieldRef eventType;

    private boolean interpreting;
    private int checks;

    private ProgramCompiler(List<RuleProgram.Candidate> candidates, int sharedCount) {
        this.candidates = candidates;
        this.results = new SharedResults(sharedCount);
        this.fallback = new InterpretedProgram(candidates, new SharedResults(sharedCount));
        this.conditions = new ConditionEmitter(program, data, values, results);
    }

    /**
     * Compiles conditions to one class, or to several if there are many.
     *
     * @param sharedCount number of shared subexpressions
     */
    static RuleProgram compile(List<RuleProgram.Candidate> candidates, int sharedCount) {
        List<List<RuleProgram.Candidate>> parts = classes(candidates);
        List<RuleProgram> programs =
                parts.stream().map(part -> compileToClass(part, sharedCount)).toList();
        return programs.size() == 1 ? programs.getFirst() : new ProgramSequence(programs, parts);
    }

    /** Divides conditions so that each part fits into a class, except for a single condition that is too large. */
    private static List<List<RuleProgram.Candidate>> classes(List<RuleProgram.Candidate> candidates) {
        List<List<RuleProgram.Candidate>> parts = new ArrayList<>();
        List<RuleProgram.Candidate> part = new ArrayList<>();
        ClassSizeBudget budget = new ClassSizeBudget();
        for (RuleProgram.Candidate candidate : candidates) {
            boolean fits = part.size() < MAX_CONDITIONS_PER_CLASS && budget.tryAdd(candidate.condition());
            if (!fits && !part.isEmpty()) {
                parts.add(part);
                part = new ArrayList<>();
                budget = new ClassSizeBudget();
                budget.tryAdd(candidate.condition());
            }
            part.add(candidate);
        }
        parts.add(part);
        return parts;
    }

    private static RuleProgram compileToClass(List<RuleProgram.Candidate> candidates, int sharedCount) {
        ProgramCompiler compiler = new ProgramCompiler(List.copyOf(candidates), sharedCount);
        byte[] bytes = compiler.bytes();
        try {
            MethodHandles.Lookup hidden =
                    MethodHandles.lookup().defineHiddenClassWithClassData(bytes, compiler.data.objects(), true);
            return (RuleProgram) hidden.lookupClass().getDeclaredConstructor().newInstance();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot load the class of the compiled rules", e);
        }
    }

    private byte[] bytes() {
        Lowering lowering = new Lowering(new SharedUseCounts(
                candidates.stream().map(RuleProgram.Candidate::condition).toList()));
        ClassSizeBudget budget = new ClassSizeBudget();
        List<Node> lowered = new ArrayList<>();
        for (RuleProgram.Candidate candidate : candidates) {
            boolean fits = budget.tryAdd(candidate.condition());
            interpreting |= !fits;
            lowered.add(fits ? lowering.lower(candidate.condition()) : new Node.Interpreted(candidate.condition()));
        }
        lowered.forEach(node -> ValueRead.forEach(node, this::findEventType));
        lowering.bodies().values().forEach(node -> ValueRead.forEach(node, this::findEventType));
        Map<Integer, Node> shared = new LinkedHashMap<>();
        List<Group> groups = groups(lowered, lowering.bodies(), budget);
        lowering.bodies().forEach((slot, body) -> shared.put(slot, splitter.fit(body)));
        groups.forEach(group -> group.clauses().forEach(clause -> values.count(clause.condition())));
        shared.values().forEach(values::count);
        splitter.outlined().forEach(values::count);
        RepeatedChecks repeated = new RepeatedChecks();
        for (Group group : groups) {
            List<Node> together = new ArrayList<>(shared.values());
            together.addAll(splitter.outlined());
            group.clauses().forEach(clause -> together.addAll(clause.conjuncts()));
            repeated.add(together);
        }
        return ClassFile.of().build(program, builder -> {
            builder.withFlags(ClassFile.ACC_FINAL | ClassFile.ACC_SUPER);
            builder.withInterfaceSymbols(desc(RuleProgram.class));
            values.declare(builder);
            for (Node.Check check : repeated.checks()) {
                repeated(builder, check);
            }
            shared.forEach((slot, body) -> memoizedMethod(
                    builder,
                    ConditionEmitter.sharedMethod(slot),
                    (code, fails) -> conditions.jump(code, body, false, fails)));
            for (int part = 0; part < splitter.outlined().size(); part++) {
                condition(
                        builder,
                        ConditionEmitter.outlinedMethod(part),
                        splitter.outlined().get(part));
            }
            for (Group group : groups) {
                steps(builder, group.name(), MatchStep.of(group.clauses()));
            }
            methods.forEach((node, name) -> condition(builder, name, node));
            entryPoints(builder, groups);
            memo.declare(builder);
        });
    }

    private void findEventType(ValueRead read) {
        if (read.source() instanceof ValueSource.FieldValue field && field.ref().field() == Field.EVT_TYPE) {
            eventType = field.ref();
        }
    }

    /** Event types with the same set of conditions. */
    private record Group(String name, List<Integer> types, List<MatchStep.NumberedCondition> clauses) {}

    private List<Group> groups(List<Node> lowered, Map<Integer, Node> bodies, ClassSizeBudget budget) {
        Map<List<Integer>, List<Integer>> types = new LinkedHashMap<>();
        for (int type = 0; type < EventTypes.count(); type++) {
            List<Integer> numbers = conditionsFor(type);
            if (!numbers.isEmpty() && type != EventTypes.ASYNC) {
                types.computeIfAbsent(numbers, n -> new ArrayList<>()).add(type);
            }
        }
        List<Group> groups = new ArrayList<>();
        types.forEach((numbers, codes) -> {
            EventTypeFolding folding = new EventTypeFolding(codes, bodies);
            List<MatchStep.NumberedCondition> clauses = new ArrayList<>();
            for (int number : numbers) {
                if (!budget.tryFold(candidates.get(number).condition())) {
                    clauses.add(new MatchStep.NumberedCondition(number, List.of(splitter.fit(lowered.get(number)))));
                    continue;
                }
                Node folded = folding.fold(lowered.get(number));
                if (!folded.equals(EventTypeFolding.FALSE)) {
                    clauses.add(MatchStep.NumberedCondition.of(number, splitter.fit(folded)));
                }
            }
            groups.add(new Group("group" + groups.size(), codes, clauses));
        });
        return groups;
    }

    private void condition(ClassBuilder builder, String name, Node node) {
        builder.withMethodBody(name, ConditionEmitter.CONDITION, ClassFile.ACC_PRIVATE, code -> {
            Label fails = code.newLabel();
            conditions.jump(code, node, false, fails);
            code.iconst_1().ireturn();
            code.labelBinding(fails).iconst_0().ireturn();
        });
    }

    private void repeated(ClassBuilder builder, Node.Check check) {
        String name = "check" + checks++;
        memoizedMethod(builder, name, (code, fails) -> {
            conditions.push(code, check);
            code.ifeq(fails);
        });
        conditions.useMethod(check, name);
    }

    /** Generates a method that computes a result once per event. The code must jump to the label for false. */
    private void memoizedMethod(ClassBuilder builder, String name, BiConsumer<CodeBuilder, Label> jump) {
        MemoBits.Pair bits = memo.allocate();
        builder.withMethodBody(name, ConditionEmitter.CONDITION, ClassFile.ACC_PRIVATE, code -> {
            Label unknown = code.newLabel();
            Label fails = code.newLabel();
            Label no = code.newLabel();
            memo.load(code, bits, bits.known());
            code.ifeq(unknown);
            memo.load(code, bits, bits.isTrue());
            code.ifeq(no).iconst_1().ireturn();
            code.labelBinding(unknown);
            jump.accept(code, fails);
            memo.set(code, bits, bits.known() | bits.isTrue());
            code.iconst_1().ireturn();
            code.labelBinding(fails);
            memo.set(code, bits, bits.known());
            code.labelBinding(no).iconst_0().ireturn();
        });
    }

    /** Generates the constructor and the methods of the interface. */
    private void entryPoints(ClassBuilder builder, List<Group> groups) {
        builder.withMethodBody(
                ConstantDescs.INIT_NAME,
                ConstantDescs.MTD_void,
                ClassFile.ACC_PUBLIC,
                code -> code.aload(0)
                        .invokespecial(CD_Object, ConstantDescs.INIT_NAME, ConstantDescs.MTD_void)
                        .return_());
        builder.withMethodBody("first", FIRST, ClassFile.ACC_PUBLIC, code -> {
            memo.clear(code);
            if (interpreting) {
                data.load(code, results, SharedResults.class);
                code.invokevirtual(desc(SharedResults.class), "nextEvent", MethodTypeDesc.of(CD_void));
            }
            code.aload(0)
                    .aload(1)
                    .iconst_m1()
                    .invokevirtual(program, "next", NEXT)
                    .ireturn();
        });
        builder.withMethodBody("next", NEXT, ClassFile.ACC_PUBLIC, code -> dispatch(code, groups));
    }

    private List<Integer> conditionsFor(int type) {
        List<Integer> numbers = new ArrayList<>();
        for (int number : fallback.numbers(type)) {
            numbers.add(number);
        }
        return numbers;
    }

    private void dispatch(CodeBuilder code, List<Group> groups) {
        Label fallbackLabel = code.newLabel();
        Label none = code.newLabel();
        Label nothing = code.newLabel();
        List<Label> labels = groups.stream().map(group -> code.newLabel()).toList();
        List<SwitchCase> cases = new ArrayList<>();
        for (int i = 0; i < groups.size(); i++) {
            for (int type : groups.get(i).types()) {
                cases.add(SwitchCase.of(type, labels.get(i)));
            }
        }
        code.aload(1).invokeinterface(desc(Event.class), "type", MethodTypeDesc.of(CD_int));
        if (!conditionsFor(EventTypes.ASYNC).isEmpty()) {
            cases.add(SwitchCase.of(EventTypes.ASYNC, fallbackLabel));
        }
        code.tableswitch(0, EventTypes.count() - 1, none, cases);
        for (int i = 0; i < groups.size(); i++) {
            code.labelBinding(labels.get(i));
            if (eventType != null) {
                code.aload(1);
                data.load(code, eventType, FieldRef.class);
                code.invokestatic(
                                desc(RuntimeChecks.class),
                                "hasTypeName",
                                MethodTypeDesc.of(CD_boolean, desc(Event.class), desc(FieldRef.class)))
                        .ifeq(fallbackLabel);
            }
            code.aload(0)
                    .aload(1)
                    .iload(2)
                    .loadConstant(Integer.MAX_VALUE)
                    .invokevirtual(program, groups.get(i).name(), FIND)
                    .dup()
                    .loadConstant(Integer.MAX_VALUE)
                    .if_icmpeq(nothing)
                    .ireturn();
        }
        code.labelBinding(fallbackLabel);
        Label continued = code.newLabel();
        code.iload(2).ifge(continued);
        data.load(code, fallback, InterpretedProgram.class);
        code.aload(1)
                .invokevirtual(desc(InterpretedProgram.class), "first", FIRST)
                .ireturn();
        code.labelBinding(continued);
        data.load(code, fallback, InterpretedProgram.class);
        code.aload(1)
                .iload(2)
                .invokevirtual(desc(InterpretedProgram.class), "next", NEXT)
                .ireturn();
        code.labelBinding(nothing).pop();
        code.labelBinding(none).iconst_m1().ireturn();
    }

    /**
     * Generates a method that executes steps. Its arguments are an event, the number after which conditions are
     * searched, and the smallest matching number so far ({@link Integer#MAX_VALUE} if there is none). It returns the
     * smallest matching number.
     */
    private void steps(ClassBuilder builder, String name, List<MatchStep> steps) {
        List<List<MatchStep>> parts = parts(steps);
        List<String> names = new ArrayList<>();
        if (parts.size() > 1) {
            for (List<MatchStep> part : parts) {
                names.add(name + "_" + names.size());
                steps(builder, names.getLast(), part);
            }
        } else {
            for (MatchStep step : steps) {
                names.add(name + "_" + names.size());
                if (step instanceof MatchStep.Guard(Node _, List<MatchStep> inside)) {
                    steps(builder, names.getLast(), inside);
                }
            }
        }
        builder.withMethodBody(name, FIND, ClassFile.ACC_PRIVATE, code -> {
            for (int i = 0; i < names.size(); i++) {
                if (parts.size() > 1) {
                    find(code, names.get(i));
                } else {
                    step(code, steps.get(i), names.get(i));
                }
            }
            code.iload(3).ireturn();
        });
    }

    private static List<List<MatchStep>> parts(List<MatchStep> steps) {
        List<List<MatchStep>> parts = new ArrayList<>();
        int size = Math.max(MAX_STEPS_PER_METHOD, Math.ceilDiv(steps.size(), MAX_STEPS_PER_METHOD));
        for (int from = 0; from < steps.size(); from += size) {
            parts.add(steps.subList(from, Math.min(steps.size(), from + size)));
        }
        return parts;
    }

    private void find(CodeBuilder code, String method) {
        code.aload(0)
                .aload(1)
                .iload(2)
                .iload(3)
                .invokevirtual(program, method, FIND)
                .istore(3);
    }

    private void step(CodeBuilder code, MatchStep step, String inside) {
        Label next = code.newLabel();
        switch (step) {
            case MatchStep.Guard(Node check, List<MatchStep> _) -> {
                conditions.jump(code, check, false, next);
                find(code, inside);
            }
            case MatchStep.Evaluate(MatchStep.NumberedCondition clause) -> {
                code.loadConstant(clause.number()).iload(2).if_icmple(next);
                code.loadConstant(clause.number()).iload(3).if_icmpge(next);
                Node condition = clause.condition();
                String method = methods.computeIfAbsent(condition, node -> "condition" + methods.size());
                code.aload(0)
                        .aload(1)
                        .invokevirtual(program, method, ConditionEmitter.CONDITION)
                        .ifeq(next);
                code.loadConstant(clause.number()).istore(3);
            }
        }
        code.labelBinding(next);
    }

    private static ClassDesc desc(Class<?> type) {
        return type.describeConstable().orElseThrow();
    }
}
