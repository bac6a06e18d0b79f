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
 * Code that reads values. What several places read is asked of the event once and then kept in a field of the program; what
 * one place reads is asked for there.
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
    private final MemoBits memory;
    private final Map<ValueRead, Integer> places = new LinkedHashMap<>();
    private final Map<ValueRead, Kept> kept = new HashMap<>();

    ValueEmitter(ClassDesc owner, ClassData data, MemoBits memory) {
        this.owner = owner;
        this.data = data;
        this.memory = memory;
    }

    /** A value that is kept: its number and the bits that say whether it was read, and whether it is there. */
    private record Kept(int number, MemoBits.Pair bits) {}

    /** Counts the places that read; to be called for every node before the first code is written. */
    void count(Node node) {
        ValueRead.in(node, reading -> places.merge(reading, 1, Integer::sum));
    }

    /** Declares fields and methods for the values that are kept; to be called before the first code that reads. */
    void declare(ClassBuilder program) {
        places.forEach((reading, times) -> {
            if (times > 1 && worthKeeping(reading)) {
                Kept value = new Kept(kept.size(), memory.allocate());
                kept.put(reading, value);
                if (reading.form() == ValueRead.Form.NUMBER) {
                    declareNumber(program, reading, value);
                } else {
                    declareObject(program, reading, value);
                }
            }
        });
    }

    private static boolean worthKeeping(ValueRead reading) {
        return reading.form() != ValueRead.Form.PRESENCE;
    }

    private void declareObject(ClassBuilder program, ValueRead reading, Kept value) {
        ClassDesc type = type(reading.form());
        String name = name(reading, value);
        program.withField(name, type, ClassFile.ACC_PRIVATE);
        program.withMethodBody(name, MethodTypeDesc.of(type, EVENT), ClassFile.ACC_PRIVATE, code -> {
            Label unknown = code.newLabel();
            memory.load(code, value.bits(), value.bits().known());
            code.ifeq(unknown);
            code.aload(0).getfield(owner, name, type).areturn();
            code.labelBinding(unknown);
            ask(code, reading);
            code.astore(2).aload(0).aload(2).putfield(owner, name, type);
            memory.set(code, value.bits(), value.bits().known());
            code.aload(2).areturn();
        });
    }

    private void declareNumber(ClassBuilder program, ValueRead reading, Kept value) {
        String name = name(reading, value);
        program.withField(name, CD_long, ClassFile.ACC_PRIVATE);
        program.withMethodBody(name, HAS, ClassFile.ACC_PRIVATE, code -> {
            Label unknown = code.newLabel();
            Label absent = code.newLabel();
            Label no = code.newLabel();
            memory.load(code, value.bits(), value.bits().known());
            code.ifeq(unknown);
            memory.load(code, value.bits(), value.bits().yes());
            code.ifeq(no).iconst_1().ireturn();
            code.labelBinding(unknown);
            askPresence(code, reading.source());
            code.ifeq(absent);
            code.aload(0);
            ask(code, reading);
            code.putfield(owner, name, CD_long);
            memory.set(code, value.bits(), value.bits().known() | value.bits().yes());
            code.iconst_1().ireturn();
            code.labelBinding(absent);
            memory.set(code, value.bits(), value.bits().known());
            code.labelBinding(no).iconst_0().ireturn();
        });
    }

    /** Pushes the text, address or list; null if it is absent. */
    void object(CodeBuilder code, ValueRead reading) {
        Kept value = kept.get(reading);
        if (value == null) {
            ask(code, reading);
        } else {
            ClassDesc type = type(reading.form());
            code.aload(0).aload(1).invokevirtual(owner, name(reading, value), MethodTypeDesc.of(type, EVENT));
        }
    }

    /** Pushes whether there is a number. {@link #number} may follow only if there is. */
    void hasNumber(CodeBuilder code, ValueRead reading) {
        Kept value = kept.get(reading);
        if (value == null) {
            askPresence(code, reading.source());
        } else {
            code.aload(0).aload(1).invokevirtual(owner, name(reading, value), HAS);
        }
    }

    /** Pushes the number. */
    void number(CodeBuilder code, ValueRead reading) {
        Kept value = kept.get(reading);
        if (value == null) {
            ask(code, reading);
        } else {
            code.aload(0).getfield(owner, name(reading, value), CD_long);
        }
    }

    /** Pushes whether the source has a value. */
    void askPresence(CodeBuilder code, ValueSource source) {
        if (source instanceof ValueSource.FieldValue field && !field.ref().ancestors()) {
            askField(code, field, "has", CD_boolean);
        } else {
            askSource(code, source, "present", CD_boolean);
        }
    }

    private void ask(CodeBuilder code, ValueRead reading) {
        String method = switch (reading.form()) {
            case PRESENCE -> throw new IllegalArgumentException("not a value: " + reading);
            case TEXT -> "text";
            case NUMBER -> "number";
            case ADDRESS -> "address";
            case LIST -> "list";
        };
        if (reading.source() instanceof ValueSource.FieldValue field
                && !(reading.form() == ValueRead.Form.TEXT && field.type() == FieldType.BYTES)) {
            askField(code, field, method, type(reading.form()));
        } else {
            askSource(code, reading.source(), method, type(reading.form()));
        }
    }

    private void askField(CodeBuilder code, ValueSource.FieldValue field, String method, ClassDesc type) {
        code.aload(1);
        data.load(code, field.ref(), FieldRef.class);
        code.invokeinterface(EVENT, method, MethodTypeDesc.of(type, FIELD_REF));
    }

    private void askSource(CodeBuilder code, ValueSource source, String method, ClassDesc type) {
        data.load(code, source, ValueSource.class);
        code.aload(1).invokestatic(VALUES, method, MethodTypeDesc.of(type, SOURCE, EVENT));
    }

    private static String name(ValueRead reading, Kept value) {
        return switch (reading.form()) {
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
