import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.MethodModel;
import java.lang.classfile.MethodTransform;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.DynamicCallSiteDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.List;

/**
 * Replaces the calls that the JVM links with generated classes when they first run: {@code switch} over types, and {@code equals} and
 * {@code hashCode} of records. An AOT cache of JDK 25 contains no such linkage. Each takes a millisecond of the start and memory.
 *
 * <p>A call becomes one of a private static method that does the same, see {@link java.lang.runtime.SwitchBootstraps#typeSwitch} and
 * {@link java.lang.runtime.ObjectMethods}. Calls with other labels than classes stay.
 */
final class BootstrapCalls {
    private static final String PREFIX = "linked$";
    private static final ClassDesc SWITCHES = ClassDesc.of("java.lang.runtime.SwitchBootstraps");
    private static final ClassDesc RECORDS = ClassDesc.of("java.lang.runtime.ObjectMethods");
    private static final ClassDesc OBJECTS = ClassDesc.of("java.util.Objects");
    private static final int SYNTHETIC_METHOD =
            ClassFile.ACC_PRIVATE | ClassFile.ACC_STATIC | ClassFile.ACC_SYNTHETIC;

    private final ClassModel type;
    private final List<Replacement> replacements = new ArrayList<>();

    /** A method that replaces a call. */
    private record Replacement(String name, DynamicCallSiteDesc call) {}

    private BootstrapCalls(ClassModel type) {
        this.type = type;
    }

    /** Returns a class with the calls replaced. */
    static byte[] replace(ClassFile classes, byte[] bytes) {
        return new BootstrapCalls(classes.parse(bytes)).changed(classes, bytes);
    }

    private byte[] changed(ClassFile classes, byte[] unchanged) {
        byte[] changed = classes.transformClass(
                type,
                ((ClassTransform) (builder, element) -> {
                    if (element instanceof MethodModel method && hasCalls(method)) {
                        builder.transformMethod(method, MethodTransform.transformingCode((code, instruction) -> {
                            if (instruction instanceof InvokeDynamicInstruction call && isReplaceable(call)) {
                                call(code, call);
                            } else {
                                code.with(instruction);
                            }
                        }));
                    } else {
                        builder.with(element);
                    }
                }).andThen(ClassTransform.endHandler(this::addMethods)));
        return replacements.isEmpty() ? unchanged : changed;
    }

    private static boolean hasCalls(MethodModel method) {
        return method.code()
                .map(code -> code.elementStream()
                        .anyMatch(element ->
                                element instanceof InvokeDynamicInstruction call && isReplaceable(call)))
                .orElse(false);
    }

    private static boolean isReplaceable(InvokeDynamicInstruction call) {
        ClassDesc bootstrap = call.bootstrapMethod().owner();
        if (bootstrap.equals(SWITCHES)) {
            return call.bootstrapMethod().methodName().equals("typeSwitch")
                    && !call.typeSymbol().parameterType(0).isPrimitive()
                    && call.bootstrapArgs().stream()
                            .allMatch(label -> label instanceof ClassDesc type && !type.isPrimitive());
        }
        return bootstrap.equals(RECORDS) && !call.name().equalsString("toString");
    }

    private void call(CodeBuilder code, InvokeDynamicInstruction call) {
        Replacement replacement = new Replacement(
                PREFIX + replacements.size(),
                DynamicCallSiteDesc.of(
                        call.bootstrapMethod(),
                        call.name().stringValue(),
                        call.typeSymbol(),
                        call.bootstrapArgs().toArray(ConstantDesc[]::new)));
        replacements.add(replacement);
        code.invokestatic(owner(), replacement.name, call.typeSymbol(), isInterface());
    }

    private void addMethods(ClassBuilder builder) {
        for (Replacement replacement : replacements) {
            DynamicCallSiteDesc call = replacement.call;
            builder.withMethodBody(replacement.name, call.invocationType(), SYNTHETIC_METHOD, code -> {
                switch (call.invocationName()) {
                    case "typeSwitch" -> typeSwitch(code, List.of(call.bootstrapArgs()));
                    case "equals" -> recordEquals(code, getters(call));
                    case "hashCode" -> recordHashCode(code, getters(call));
                    default -> throw new IllegalStateException("cannot replace " + call);
                }
            });
        }
    }

    /** Returns the index of the first label from a given index on that the value is an instance of, else the number of labels; -1 for null. */
    private static void typeSwitch(CodeBuilder code, List<ConstantDesc> labels) {
        Label notNull = code.newLabel();
        code.aload(0).ifnonnull(notNull).iconst_m1().ireturn().labelBinding(notNull);
        for (int i = 0; i < labels.size(); i++) {
            Label next = code.newLabel();
            code.iload(1).loadConstant(i).if_icmpgt(next);
            code.aload(0).instanceOf((ClassDesc) labels.get(i)).ifeq(next);
            code.loadConstant(i).ireturn().labelBinding(next);
        }
        code.loadConstant(labels.size()).ireturn();
    }

    private static List<DirectMethodHandleDesc> getters(DynamicCallSiteDesc call) {
        // The arguments before are the record and the names of its components.
        List<ConstantDesc> arguments = List.of(call.bootstrapArgs());
        return arguments.subList(2, arguments.size()).stream()
                .map(getter -> (DirectMethodHandleDesc) getter)
                .toList();
    }

    private void recordEquals(CodeBuilder code, List<DirectMethodHandleDesc> components) {
        Label different = code.newLabel();
        Label notSame = code.newLabel();
        code.aload(0).aload(1).if_acmpne(notSame).iconst_1().ireturn().labelBinding(notSame);
        code.aload(1).instanceOf(owner()).ifeq(different);
        for (DirectMethodHandleDesc component : components) {
            ClassDesc componentType = component.invocationType().returnType();
            get(code, 0, component);
            get(code, 1, component);
            if (componentType.isPrimitive()) {
                code.invokestatic(
                                box(componentType), "compare", MethodTypeDesc.of(ConstantDescs.CD_int, componentType, componentType))
                        .ifne(different);
            } else {
                code.invokestatic(
                                OBJECTS,
                                "equals",
                                MethodTypeDesc.of(
                                        ConstantDescs.CD_boolean, ConstantDescs.CD_Object, ConstantDescs.CD_Object))
                        .ifeq(different);
            }
        }
        code.iconst_1().ireturn().labelBinding(different).iconst_0().ireturn();
    }

    private void recordHashCode(CodeBuilder code, List<DirectMethodHandleDesc> components) {
        code.iconst_0();
        for (DirectMethodHandleDesc component : components) {
            ClassDesc componentType = component.invocationType().returnType();
            code.bipush(31).imul();
            get(code, 0, component);
            if (componentType.isPrimitive()) {
                code.invokestatic(
                        box(componentType), "hashCode", MethodTypeDesc.of(ConstantDescs.CD_int, componentType));
            } else {
                code.invokestatic(
                        OBJECTS, "hashCode", MethodTypeDesc.of(ConstantDescs.CD_int, ConstantDescs.CD_Object));
            }
            code.iadd();
        }
        code.ireturn();
    }

    private void get(CodeBuilder code, int variable, DirectMethodHandleDesc component) {
        code.aload(variable);
        if (variable > 0) {
            code.checkcast(owner());
        }
        code.getfield(owner(), component.methodName(), component.invocationType().returnType());
    }

    private static ClassDesc box(ClassDesc primitive) {
        return ClassDesc.of("java.lang." + switch (primitive.displayName()) {
            case "int" -> "Integer";
            case "char" -> "Character";
            case String name -> Character.toUpperCase(name.charAt(0)) + name.substring(1);
        });
    }

    private ClassDesc owner() {
        return type.thisClass().asSymbol();
    }

    private boolean isInterface() {
        return type.flags().has(java.lang.reflect.AccessFlag.INTERFACE);
    }
}
