package io.tiercel.sensor.bpf.load;

import io.tiercel.sensor.bpf.host.NativeFunctions;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;

/** Makes BTF of a kernel that a test invents: Documentation/bpf/btf.rst in the kernel sources. */
public final class FabricatedBtf {
    /** Reads BTF. */
    interface Reader {
        Pointer btf__new(Pointer bytes, int size);
    }

    private final ByteArrayOutputStream types = new ByteArrayOutputStream();
    private final ByteArrayOutputStream strings = new ByteArrayOutputStream();
    private int last;

    public FabricatedBtf() {
        strings.write(0);
    }

    private int text(String text) {
        if (text.isEmpty()) {
            return 0;
        }
        int offset = strings.size();
        strings.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
        strings.write(0);
        return offset;
    }

    private int add(int... words) {
        for (int word : words) {
            types.writeBytes(ByteBuffer.allocate(4)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putInt(word)
                    .array());
        }
        return ++last;
    }

    private static int info(int kind, int count) {
        return kind << 24 | count;
    }

    int integer(String name, int size) {
        return add(text(name), info(1, 0), size, size * 8);
    }

    int pointer(int target) {
        return add(0, info(2, 0), target);
    }

    int constant(int target) {
        return add(0, info(10, 0), target);
    }

    int typedef(String name, int target) {
        return add(text(name), info(8, 0), target);
    }

    public int function(String name, int prototype) {
        return add(text(name), info(12, 0), prototype);
    }

    /** Adds a struct with members of one type. Texts have the form "name offset". */
    int struct(String name, int size, int type, String... members) {
        return compound(4, name, size, type, members);
    }

    int union(int size, int type, String... members) {
        return compound(5, "", size, type, members);
    }

    private int compound(int kind, String name, int size, int type, String... members) {
        int[] words = new int[3 + 3 * members.length];
        words[0] = text(name);
        words[1] = info(kind, members.length);
        words[2] = size;
        for (int i = 0; i < members.length; i++) {
            int blank = members[i].lastIndexOf(' ');
            words[3 + 3 * i] = text(members[i].substring(0, blank));
            words[4 + 3 * i] = type;
            words[5 + 3 * i] = 8 * Integer.parseInt(members[i].substring(blank + 1));
        }
        return add(words);
    }

    public int prototype(int... parameters) {
        int[] words = new int[3 + 2 * parameters.length];
        words[1] = info(13, parameters.length);
        for (int i = 0; i < parameters.length; i++) {
            words[4 + 2 * i] = parameters[i];
        }
        return add(words);
    }

    /** Returns the types as libbpf reads them. */
    public KernelTypes read() {
        int length = 24 + types.size() + strings.size();
        ByteBuffer bytes = ByteBuffer.allocate(length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putShort((short) 0xeb9f)
                .put((byte) 1)
                .put((byte) 0)
                .putInt(24)
                .putInt(0)
                .putInt(types.size())
                .putInt(types.size())
                .putInt(strings.size())
                .put(types.toByteArray())
                .put(strings.toByteArray());
        Pointer memory = Memory.allocateDirect(Runtime.getSystemRuntime(), length, true);
        memory.put(0, bytes.array(), 0, length);
        Pointer read = NativeFunctions.load(Reader.class, "libbpf.so.1").btf__new(memory, length);
        return new KernelTypes(NativeFunctions.load(LibBpf.class, "libbpf.so.1"), read);
    }
}
