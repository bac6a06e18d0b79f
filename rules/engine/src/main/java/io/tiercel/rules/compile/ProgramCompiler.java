package io.tiercel.rules.compile;

import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_void;

import io.tiercel.rules.eval.SharedResults;
import io.tiercel.rules.event.Event;
import io.tiercel.rules.event.EventTypes;
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
import java.util.stream.IntStream;

/**
 * Compiles conditions to one hidden class.
 *
 * <p>The class switches on the event's type to a method that tries the conditions filed for it in their order. Each
 * condition and each part that several conditions share is a method; a shared part's result and a value that several
 * places read are kept for the event. Constants are class data, so the JIT compiler knows them.
 *
 * <p>Conditions that do not fit into the class (see {@link Budget}) are interpreted from within it.
 */
final class ProgramCompiler {
    private static final MethodTypeDesc FIRST = MethodTypeDesc.of(CD_int, desc(Event.class));
    private static final MethodTypeDesc NEXT = MethodTypeDesc.of(CD_int, desc(Event.class), CD_int);

    /** Conditions that one method tries, so that it stays small enough for the JIT compiler. */
    private static final int TRIED_AT_ONCE = 256;

    private final ClassDesc program = ClassDesc.of(ProgramCompiler.class.getPackageName(), "CompiledProgram");
    private final List<RuleProgram.Candidate> candidates;
    private final ClassData data = new ClassData();
    private final Memory memory = new Memory(program);
    private final Readings readings = new Readings(program, data, memory);
    private final Splitter splitter = new Splitter();
    private final SharedResults results;
    private final ConditionEmitter conditions;
    private boolean interpreting;

    private ProgramCompiler(List<RuleProgram.Candidate> candidates, SharedResults results) {
        this.candidates = candidates;
        this.results = results;
        this.conditions = new ConditionEmitter(program, data, readings, results);
    }

    /**
     * Compiles.
     *
     * @param results memory of the conditions that are interpreted, for this program alone
     */
    static RuleProgram compile(List<RuleProgram.Candidate> candidates, SharedResults results) {
        ProgramCompiler compiler = new ProgramCompiler(List.copyOf(candidates), results);
        byte[] bytes = compiler.bytes();
        try {
            MethodHandles.Lookup hidden =
                    MethodHandles.lookup().defineHiddenClassWithClassData(bytes, compiler.data.objects(), true);
            return (RuleProgram) hidden.lookupClass().getDeclaredConstructor().newInstance();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("the compiled rules do not load", e);
        }
    }

    private byte[] bytes() {
        Lowering lowering = new Lowering(new SharedParts(
                candidates.stream().map(RuleProgram.Candidate::condition).toList()));
        Budget budget = new Budget();
        List<Node> rules = new ArrayList<>();
        for (RuleProgram.Candidate candidate : candidates) {
            boolean fits = budget.take(candidate.condition());
            interpreting |= !fits;
            rules.add(splitter.fit(
                    fits ? lowering.lower(candidate.condition()) : new Node.Interpreted(candidate.condition())));
        }
        Map<Integer, Node> shared = new LinkedHashMap<>();
        lowering.bodies().forEach((slot, body) -> shared.put(slot, splitter.fit(body)));
        rules.forEach(readings::count);
        shared.values().forEach(readings::count);
        splitter.outlined().forEach(readings::count);
        return ClassFile.of().build(program, builder -> {
            builder.withFlags(ClassFile.ACC_FINAL | ClassFile.ACC_SUPER);
            builder.withInterfaceSymbols(desc(RuleProgram.class));
            readings.declare(builder);
            shared.forEach((slot, body) -> shared(builder, slot, body));
            for (int number = 0; number < rules.size(); number++) {
                condition(builder, ruleMethod(number), rules.get(number));
            }
            for (int part = 0; part < splitter.outlined().size(); part++) {
                condition(
                        builder,
                        ConditionEmitter.outlinedMethod(part),
                        splitter.outlined().get(part));
            }
            doors(builder);
            memory.declare(builder);
        });
    }

    private static String ruleMethod(int number) {
        return "rule" + number;
    }

    private void condition(ClassBuilder builder, String name, Node node) {
        builder.withMethodBody(name, ConditionEmitter.CONDITION, ClassFile.ACC_PRIVATE, code -> {
            Label fails = code.newLabel();
            conditions.jump(code, node, false, fails);
            code.iconst_1().ireturn();
            code.labelBinding(fails).iconst_0().ireturn();
        });
    }

    private void shared(ClassBuilder builder, int slot, Node body) {
        Memory.Bits bits = memory.allocate();
        String name = ConditionEmitter.sharedMethod(slot);
        builder.withMethodBody(name, ConditionEmitter.CONDITION, ClassFile.ACC_PRIVATE, code -> {
            Label unknown = code.newLabel();
            Label fails = code.newLabel();
            Label no = code.newLabel();
            memory.load(code, bits, bits.known());
            code.ifeq(unknown);
            memory.load(code, bits, bits.yes());
            code.ifeq(no).iconst_1().ireturn();
            code.labelBinding(unknown);
            conditions.jump(code, body, false, fails);
            memory.set(code, bits, bits.known() | bits.yes());
            code.iconst_1().ireturn();
            code.labelBinding(fails);
            memory.set(code, bits, bits.known());
            code.labelBinding(no).iconst_0().ireturn();
        });
    }

    /** The constructor and the methods of the interface. */
    private void doors(ClassBuilder builder) {
        builder.withMethodBody(
                ConstantDescs.INIT_NAME,
                ConstantDescs.MTD_void,
                ClassFile.ACC_PUBLIC,
                code -> code.aload(0)
                        .invokespecial(CD_Object, ConstantDescs.INIT_NAME, ConstantDescs.MTD_void)
                        .return_());
        builder.withMethodBody("first", FIRST, ClassFile.ACC_PUBLIC, code -> {
            memory.clear(code);
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
        Map<List<Integer>, String> groups = new LinkedHashMap<>();
        List<List<Integer>> byType =
                IntStream.range(0, EventTypes.count()).mapToObj(this::filedFor).toList();
        byType.forEach(numbers -> groups.computeIfAbsent(numbers, n -> "group" + groups.size()));
        groups.forEach((numbers, name) -> group(builder, name, numbers));
        builder.withMethodBody("next", NEXT, ClassFile.ACC_PUBLIC, code -> dispatch(code, byType, groups));
    }

    private List<Integer> filedFor(int type) {
        return IntStream.range(0, candidates.size())
                .filter(number -> candidates.get(number).types().contains(type))
                .boxed()
                .toList();
    }

    private void dispatch(CodeBuilder code, List<List<Integer>> byType, Map<List<Integer>, String> groups) {
        Label none = code.newLabel();
        Map<String, Label> labels = new LinkedHashMap<>();
        List<SwitchCase> cases = new ArrayList<>();
        for (int type = 0; type < byType.size(); type++) {
            String group = groups.get(byType.get(type));
            if (group != null && !byType.get(type).isEmpty()) {
                cases.add(SwitchCase.of(type, labels.computeIfAbsent(group, g -> code.newLabel())));
            }
        }
        code.aload(1).invokeinterface(desc(Event.class), "type", MethodTypeDesc.of(CD_int));
        code.tableswitch(0, byType.size() - 1, none, cases);
        labels.forEach((group, label) -> code.labelBinding(label)
                .aload(0)
                .aload(1)
                .iload(2)
                .invokevirtual(program, group, NEXT)
                .ireturn());
        code.labelBinding(none).iconst_m1().ireturn();
    }

    /** A method that tries these conditions in their order, or methods that share the work. */
    private void group(ClassBuilder builder, String name, List<Integer> numbers) {
        if (numbers.size() <= TRIED_AT_ONCE) {
            builder.withMethodBody(name, NEXT, ClassFile.ACC_PRIVATE, code -> tries(code, numbers));
            return;
        }
        int share = Math.ceilDiv(numbers.size(), Math.min(TRIED_AT_ONCE, Math.ceilDiv(numbers.size(), TRIED_AT_ONCE)));
        List<String> names = new ArrayList<>();
        for (int from = 0; from < numbers.size(); from += share) {
            names.add(name + "_" + names.size());
            group(builder, names.getLast(), numbers.subList(from, Math.min(numbers.size(), from + share)));
        }
        builder.withMethodBody(name, NEXT, ClassFile.ACC_PRIVATE, code -> {
            for (String part : names) {
                Label none = code.newLabel();
                code.aload(0)
                        .aload(1)
                        .iload(2)
                        .invokevirtual(program, part, NEXT)
                        .istore(3);
                code.iload(3).iflt(none).iload(3).ireturn();
                code.labelBinding(none);
            }
            code.iconst_m1().ireturn();
        });
    }

    private void tries(CodeBuilder code, List<Integer> numbers) {
        for (int number : numbers) {
            Label next = code.newLabel();
            code.iload(2).loadConstant(number).if_icmpge(next);
            code.aload(0)
                    .aload(1)
                    .invokevirtual(program, ruleMethod(number), ConditionEmitter.CONDITION)
                    .ifeq(next);
            code.loadConstant(number).ireturn();
            code.labelBinding(next);
        }
        code.iconst_m1().ireturn();
    }

    private static ClassDesc desc(Class<?> type) {
        return type.describeConstable().orElseThrow();
    }
}
