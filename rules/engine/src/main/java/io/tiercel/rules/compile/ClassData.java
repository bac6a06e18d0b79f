package io.tiercel.rules.compile;

import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_int;

import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.DynamicConstantDesc;
import java.lang.invoke.MethodHandles;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Objects that the generated class uses as constants. The JVM passes them as class data, so the JIT compiler can treat
 * them as constants.
 */
final class ClassData {
    private static final DirectMethodHandleDesc CLASS_DATA_AT = ConstantDescs.ofConstantBootstrap(
            MethodHandles.class.describeConstable().orElseThrow(), "classDataAt", CD_Object, CD_int);

    private final List<Object> objects = new ArrayList<>();
    private final Map<Object, Integer> positions = new IdentityHashMap<>();

    /** Emits code that pushes the object as an instance of the class. */
    void load(CodeBuilder code, Object object, Class<?> type) {
        int position = positions.computeIfAbsent(object, o -> {
            objects.add(o);
            return objects.size() - 1;
        });
        ClassDesc desc = type.describeConstable().orElseThrow();
        code.loadConstant(DynamicConstantDesc.ofNamed(CLASS_DATA_AT, ConstantDescs.DEFAULT_NAME, desc, position));
    }

    List<Object> objects() {
        return List.copyOf(objects);
    }
}
