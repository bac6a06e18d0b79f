package io.tiercel.sensor.bpf.host;

import com.kenai.jffi.ArrayFlags;
import com.kenai.jffi.CallContext;
import com.kenai.jffi.CallingConvention;
import com.kenai.jffi.HeapInvocationBuffer;
import com.kenai.jffi.Invoker;
import com.kenai.jffi.Library;
import com.kenai.jffi.MemoryIO;
import com.kenai.jffi.Type;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import org.jspecify.annotations.Nullable;

/**
 * Implements an interface with the functions of a C library: each method calls the function of the same name.
 *
 * <p>The loader of jnr-ffi generates and compiles classes for this at the start. That takes a third of a second, three
 * hundred classes and several megabytes. This class calls jffi directly. A call is slower by some hundred nanoseconds, which does
 * not matter because no function is called per record.
 */
public final class NativeFunctions implements InvocationHandler {
    private static final Invoker INVOKER = Invoker.getInstance();

    private record NativeFunction(long address, CallContext context) {}

    private final Runtime runtime = Runtime.getSystemRuntime();
    private final Map<Method, NativeFunction> functions = new HashMap<>();

    private NativeFunctions() {}

    /**
     * Loads a library and resolves all functions of the interface.
     *
     * @param type the interface. Parameters may be int, long, boolean, String, long[] (output only) and pointers to memory
     *     outside the heap. Results may be int, long, boolean, String, pointer or void.
     * @param name file name of the library; null for a library that this process has already loaded, such as the C library
     * @throws UnsatisfiedLinkError if the library or a function is missing
     */
    public static <T> T load(Class<T> type, @Nullable String name) {
        Library library = name == null ? Library.getDefault() : Library.openLibrary(name, Library.NOW | Library.LOCAL);
        if (library == null) {
            throw new UnsatisfiedLinkError(Library.getLastError());
        }
        NativeFunctions found = new NativeFunctions();
        for (Method method : type.getDeclaredMethods()) {
            long address = library.getSymbolAddress(method.getName());
            if (address == 0) {
                throw new UnsatisfiedLinkError(name + " lacks the function " + method.getName());
            }
            Type[] parameters = Stream.of(method.getParameterTypes())
                    .map(NativeFunctions::typeOf)
                    .toArray(Type[]::new);
            CallContext context = CallContext.getCallContext(
                    typeOf(method.getReturnType()), parameters, CallingConvention.DEFAULT, true);
            found.functions.put(method, new NativeFunction(address, context));
        }
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, found));
    }

    private static Type typeOf(Class<?> type) {
        if (type == int.class) {
            return Type.SINT32;
        }
        if (type == long.class) {
            return Type.SINT64;
        }
        if (type == boolean.class) {
            return Type.UINT8;
        }
        return type == void.class ? Type.VOID : Type.POINTER;
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, @Nullable Object @Nullable [] arguments) {
        NativeFunction function = functions.get(method);
        if (function == null) {
            throw new UnsupportedOperationException(method.toString());
        }
        HeapInvocationBuffer buffer = new HeapInvocationBuffer(function.context);
        for (Object argument : arguments == null ? new Object[0] : arguments) {
            put(argument, buffer);
        }
        Class<?> result = method.getReturnType();
        if (result == int.class || result == void.class) {
            int value = INVOKER.invokeInt(function.context, function.address, buffer);
            return result == int.class ? value : null;
        }
        if (result == boolean.class) {
            return INVOKER.invokeInt(function.context, function.address, buffer) != 0;
        }
        if (result == long.class) {
            return INVOKER.invokeLong(function.context, function.address, buffer);
        }
        long address = INVOKER.invokeAddress(function.context, function.address, buffer);
        if (address == 0) {
            return null;
        }
        return result == String.class
                ? new String(MemoryIO.getInstance().getZeroTerminatedByteArray(address), StandardCharsets.UTF_8)
                : Pointer.wrap(runtime, address);
    }

    private static void put(@Nullable Object argument, HeapInvocationBuffer buffer) {
        switch (argument) {
            case null -> buffer.putAddress(0);
            case Integer number -> buffer.putInt(number);
            case Long number -> buffer.putLong(number);
            case Boolean truth -> buffer.putByte(truth ? 1 : 0);
            case Pointer pointer when pointer.isDirect() -> buffer.putAddress(pointer.address());
            case long[] numbers -> buffer.putArray(numbers, 0, numbers.length, ArrayFlags.OUT);
            case String text -> {
                byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
                buffer.putArray(Arrays.copyOf(bytes, bytes.length + 1), 0, bytes.length + 1, ArrayFlags.IN);
            }
            default -> throw new IllegalArgumentException("unsupported parameter type " + argument.getClass());
        }
    }
}
