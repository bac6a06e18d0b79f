package io.tiercel.rules.compile;

import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_long;

import io.tiercel.rules.check.ValueSource;
import io.tiercel.rules.eval.ValueReader;
import io.tiercel.rules.event.Event;
import io.tiercel.rules.field.FieldRef;
import io.tiercel.rules.field.FieldType;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Generates bytecode that reads values of the event.
 *
 * <p>A value that several places read is read once per event and cached in a field of the generated class.
 */
final class ValueEmitter {
    private static final ClassDesc VALUES = desc(ValueReader.class);
    private static final ClassDesc EVENT = desc(Event.class);
    private static final ClassDesc FIELD_REF = desc(FieldRef.class);
    private static final ClassDesc SOURCE = desc(ValueSource.class);
    private static final ClassDesc ADDRESS = desc(InetAddress.class);
    private static final ClassDesc LIST = desc(List.class);
    private static final MethodTypeDesc HAS = MethodTypeDesc.of(CD_boolean, EVENT);

    private final ClassDesc owner;
    private final ClassData data;
    private final MemoBits memo;
    private final Map<ValueRead, Integer> useCounts = new LinkedHashMap<>();
    private final Map<ValueRead, CachedValue> cached = new HashMap<>();

    ValueEmitter(ClassDesc owner, ClassData data, MemoBits memo) {
        this.owner = owner;
        this.data = data;
        this.memo = memo;
    }

    /** A cached value: its number and its memo bits, which record whether it was read and whether it is present. */
    private record CachedValue(int number, MemoBits.Pair bits) {}

    /** Counts the reads of a node. Call this for all nodes before generating code. */
    void count(Node node) {
        ValueRead.forEach(node, read -> useCounts.merge(read, 1, Integer::sum));
    }

    /** Declares fields and methods for cached values. Call this before generating code that reads values. */
    void declare(ClassBuilder program) {
        useCounts.forEach((read, times) -> {
            if (times > 1 && isCacheable(read)) {
                CachedValue value = new CachedValue(cached.size(), memo.allocate());
                cached.put(read, value);
                if (read.form() == ValueRead.Form.NUMBER) {
                    declareNumber(program, read, value);
                } else {
                    declareObject(program, read, value);
                }
            }
        });
    }

    private static boolean isCacheable(ValueRead read) {
        return read.form() != ValueRead.Form.PRESENCE;
    }

    private void declareObject(ClassBuilder program, ValueRead read, CachedValue value) {
        ClassDesc type = type(read.form());
        String name = name(read, value);
        program.withField(name, type, ClassFile.ACC_PRIVATE);
        program.withMethodBody(name, MethodTypeDesc.of(type, EVENT), ClassFile.ACC_PRIVATE, code -> {
            Label unknown = code.newLabel();
            memo.load(code, value.bits(), value.bits().known());
            code.ifeq(unknown);
            code.aload(0).getfield(owner, name, type).areturn();
            code.labelBinding(unknown);
            emitRead(code, read);
            code.astore(2).aload(0).aload(2).putfield(owner, name, type);
            memo.set(code, value.bits(), value.bits().known());
            code.aload(2).areturn();
        });
    }

    private void declareNumber(ClassBuilder program, ValueRead read, CachedValue value) {
        String name = name(read, value);
        program.withField(name, CD_long, ClassFile.ACC_PRIVATE);
        program.withMethodBody(name, HAS, ClassFile.ACC_PRIVATE, code -> {
            Label unknown = code.newLabel();
            Label absent = code.newLabel();
            Label no = code.newLabel();
            memo.load(code, value.bits(), value.bits().known());
            code.ifeq(unknown);
            memo.load(code, value.bits(), value.bits().isTrue());
            code.ifeq(no).iconst_1().ireturn();
            code.labelBinding(unknown);
            emitPresence(code, read.source());
            code.ifeq(absent);
            code.aload(0);
            emitRead(code, read);
            code.putfield(owner, name, CD_long);
            memo.set(code, value.bits(), value.bits().known() | value.bits().isTrue());
            code.iconst_1().ireturn();
            code.labelBinding(absent);
            memo.set(code, value.bits(), value.bits().known());
            code.labelBinding(no).iconst_0().ireturn();
        });
    }

    /** Emits code that pushes the text, address or list; null if absent. */
    void object(CodeBuilder code, ValueRead read) {
        CachedValue value = cached.get(read);
        if (value == null) {
            emitRead(code, read);
        } else {
            ClassDesc type = type(read.form());
            code.aload(0).aload(1).invokevirtual(owner, name(read, value), MethodTypeDesc.of(type, EVENT));
        }
    }

    /** Emits code that pushes whether the number is present. {@link #number} is allowed only in this case. */
    void hasNumber(CodeBuilder code, ValueRead read) {
        CachedValue value = cached.get(read);
        if (value == null) {
            emitPresence(code, read.source());
        } else {
            code.aload(0).aload(1).invokevirtual(owner, name(read, value), HAS);
        }
    }

    /** Emits code that pushes the number. */
    void number(CodeBuilder code, ValueRead read) {
        CachedValue value = cached.get(read);
        if (value == null) {
            emitRead(code, read);
        } else {
            code.aload(0).getfield(owner, name(read, value), CD_long);
        }
    }

    /** Emits code that pushes whether the source has a value. */
    void emitPresence(CodeBuilder code, ValueSource source) {
        if (source instanceof ValueSource.FieldValue field && !field.ref().ancestors()) {
            emitFieldCall(code, field, "has", CD_boolean);
        } else {
            emitSourceCall(code, source, "present", CD_boolean);
        }
    }

    private void emitRead(CodeBuilder code, ValueRead read) {
        String method = switch (read.form()) {
            case PRESENCE -> throw new IllegalArgumentException("not a value: " + read);
            case TEXT -> "text";
            case NUMBER -> "number";
            case ADDRESS -> "address";
            case LIST -> "list";
        };
        if (read.source() instanceof ValueSource.FieldValue field
                && !(read.form() == ValueRead.Form.TEXT && field.type() == FieldType.BYTES)) {
            emitFieldCall(code, field, method, type(read.form()));
        } else {
            emitSourceCall(code, read.source(), method, type(read.form()));
        }
    }

    private void emitFieldCall(CodeBuilder code, ValueSource.FieldValue field, String method, ClassDesc type) {
        code.aload(1);
        data.load(code, field.ref(), FieldRef.class);
        code.invokeinterface(EVENT, method, MethodTypeDesc.of(type, FIELD_REF));
    }

    private void emitSourceCall(CodeBuilder code, ValueSource source, String method, ClassDesc type) {
        data.load(code, source, ValueSource.class);
        code.aload(1).invokestatic(VALUES, method, MethodTypeDesc.of(type, SOURCE, EVENT));
    }

    private static String name(ValueRead read, CachedValue value) {
        return switch (read.form()) {
                    case TEXT -> "text";
                    case NUMBER -> "number";
                    case ADDRESS -> "address";
                    case LIST -> "list";
                    case PRESENCE -> "presence";
                }
                + value.number();
    }

    private static ClassDesc type(ValueRead.Form form) {
        return switch (form) {
            case PRESENCE -> CD_boolean;
            case TEXT -> ConstantDescs.CD_String;
            case NUMBER -> CD_long;
            case ADDRESS -> ADDRESS;
            case LIST -> LIST;
        };
    }

    private static ClassDesc desc(Class<?> type) {
        return type.describeConstable().orElseThrow();
    }
}
