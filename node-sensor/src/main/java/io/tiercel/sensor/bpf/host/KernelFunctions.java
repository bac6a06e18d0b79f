package io.tiercel.sensor.bpf.host;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The functions of this kernel that syscalls run, from its BTF (Documentation/bpf/btf.rst in the kernel sources). The whole
 * BTF is read once: the search of libbpf reads it again for each name.
 */
public final class KernelFunctions {
    /** The first types of BTF, on which the ids count from 1. */
    private static final Path VMLINUX = Path.of("/sys/kernel/btf/vmlinux");

    private static final int MAGIC = 0xeb9f;
    private static final int HEADER_LENGTH = 4;
    private static final int TYPES_OFFSET = 8;
    private static final int TYPES_LENGTH = 12;
    private static final int STRINGS_OFFSET = 16;
    private static final int TYPE_SIZE = 12;
    private static final int KIND_FUNCTION = 12;

    /** By kind, the bytes that follow a type, and the bytes for each of its members. */
    private static final int[] EXTRA = {0, 4, 0, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 4, 0, 0};

    private static final int[] MEMBER = {0, 0, 0, 0, 12, 12, 8, 0, 0, 0, 0, 0, 0, 8, 0, 12, 0, 0, 0, 12};

    /** A function: its type id, and the id of its parameters and result. */
    public record KernelFunction(int id, int prototype) {}

    private final Map<String, List<KernelFunction>> functions;

    /** Has the given functions, by name. */
    public KernelFunctions(Map<String, List<KernelFunction>> functions) {
        this.functions = functions;
    }

    /**
     * Reads the functions of this kernel.
     *
     * @throws IOException if the kernel has no BTF, or BTF of an unknown form
     */
    public static KernelFunctions ofKernel() throws IOException {
        return parse(Files.readAllBytes(VMLINUX));
    }

    /** Parses the BTF of a kernel. */
    static KernelFunctions parse(byte[] btf) throws IOException {
        KernelFunctions found = new KernelFunctions(new HashMap<>());
        ByteBuffer data = ByteBuffer.wrap(btf).order(ByteOrder.LITTLE_ENDIAN);
        try {
            found.read(data);
        } catch (IndexOutOfBoundsException e) {
            throw new IOException("the kernel's BTF is truncated", e);
        }
        return found;
    }

    private void read(ByteBuffer data) throws IOException {
        if ((data.getShort(0) & 0xffff) != MAGIC) {
            throw new IOException("the kernel's BTF has an unknown form");
        }
        int header = data.getInt(HEADER_LENGTH);
        int at = header + data.getInt(TYPES_OFFSET);
        int end = at + data.getInt(TYPES_LENGTH);
        int strings = header + data.getInt(STRINGS_OFFSET);
        for (int id = 1; at < end; id++) {
            int info = data.getInt(at + 4);
            int kind = info >>> 24 & 31;
            if (kind >= EXTRA.length) {
                throw new IOException("the kernel's BTF has the unknown kind " + kind);
            }
            if (kind == KIND_FUNCTION) {
                String name = syscallName(data, strings + data.getInt(at));
                if (name != null) {
                    functions
                            .computeIfAbsent(name, added -> new ArrayList<>())
                            .add(new KernelFunction(id, data.getInt(at + 8)));
                }
            }
            at += TYPE_SIZE + EXTRA[kind] + MEMBER[kind] * (info & 0xffff);
        }
    }

    /** Returns the name at a position if it can be that of a syscall, otherwise null. */
    private static @Nullable String syscallName(ByteBuffer data, int start) {
        int length = 0;
        while (data.get(start + length) != 0) {
            length++;
        }
        String name = new String(data.array(), start, length, StandardCharsets.ISO_8859_1);
        return name.contains("sys_") ? name : null;
    }

    /** Returns the functions with a name; empty if there is none. Functions of several source files can share it. */
    public List<KernelFunction> named(String name) {
        return functions.getOrDefault(name, List.of());
    }

    public boolean has(String name) {
        return functions.containsKey(name);
    }
}
