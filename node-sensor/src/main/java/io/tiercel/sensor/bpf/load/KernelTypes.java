package io.tiercel.sensor.bpf.load;

import java.util.Set;
import jnr.ffi.Pointer;
import org.jspecify.annotations.Nullable;

/**
 * The tracepoints and functions of this kernel, from its BTF. Each tracepoint has a type {@code btf_trace_NAME}
 * (Documentation/bpf/btf.rst in the kernel sources).
 *
 * <p>A function of libbpf searches the megabytes of BTF, because Java code is not compiled yet at this point of the start.
 */
public final class KernelTypes implements AutoCloseable {
    private static final String TRACEPOINT_PREFIX = "btf_trace_";
    private static final int KIND_STRUCT = 4;
    private static final int KIND_TYPEDEF = 8;
    private static final int KIND_FUNCTION = 12;
    private static final int KIND_POINTER = 2;
    private static final int KIND_UNION = 5;
    private static final int KIND_PROTOTYPE = 13;

    /** Typedef, volatile, const, restrict and type tag. */
    private static final Set<Integer> MODIFIERS = Set.of(KIND_TYPEDEF, 9, 10, 11, 18);

    /** Sizes and offsets in {@code struct btf_type}, {@code btf_member} and {@code btf_param}. */
    private static final int INFO = 4;

    private static final int TYPE = 8;
    private static final int HEADER = 12;
    private static final int MEMBER_SIZE = 12;
    private static final int PARAMETER_SIZE = 8;

    private static final int BITFIELD_FLAG = 31;
    private static final int OFFSET_MASK = 0xffffff;
    private static final int MAX_DEPTH = 8;

    private final LibBpf bpf;
    private final @Nullable Pointer types;

    /** Reads the kernel's BTF. Without BTF, nothing is found. */
    public KernelTypes(LibBpf bpf) {
        this(bpf, bpf.btf__load_vmlinux_btf());
    }

    /** Uses types that libbpf has read, and releases them at the end. */
    public KernelTypes(LibBpf bpf, @Nullable Pointer types) {
        this.bpf = bpf;
        this.types = types;
    }

    public boolean hasTracepoint(String name) {
        return tracepoint(name) > 0;
    }

    /** Returns the type id of a tracepoint; not positive if the kernel does not have it. */
    public int tracepoint(String name) {
        return find(TRACEPOINT_PREFIX + name, KIND_TYPEDEF);
    }

    /**
     * Returns true if an argument of a tracepoint points to a struct.
     *
     * @param index index of the argument; 0 is the first one that the kernel documents
     */
    public boolean passesStruct(String tracepoint, int index, String struct) {
        Type prototype = skipModifiers(type(tracepoint(tracepoint)));
        prototype =
                prototype == null || prototype.kind() != KIND_POINTER ? null : skipModifiers(type(prototype.target()));
        int parameter = index + 1; // after the data of the program
        if (prototype == null || prototype.kind() != KIND_PROTOTYPE || parameter >= prototype.count()) {
            return false;
        }
        Type pointer = skipModifiers(type(prototype.memory.getInt(HEADER + PARAMETER_SIZE * (long) parameter + 4)));
        Type target = pointer == null || pointer.kind() != KIND_POINTER ? null : skipModifiers(type(pointer.target()));
        return target != null
                && target.kind() == KIND_STRUCT
                && name(target.memory.getInt(0)).equals(struct);
    }

    /** Returns the size of a struct in bytes; -1 if the kernel does not have it. */
    public int size(String struct) {
        Type type = type(find(struct, KIND_STRUCT));
        return type == null ? -1 : type.target();
    }

    /** Returns the offset of a member in bytes, also of a member of an unnamed struct or union; -1 if there is none. */
    public int memberOffset(String struct, String member) {
        return memberOffset(type(find(struct, KIND_STRUCT)), member, 0);
    }

    private int memberOffset(@Nullable Type type, String member, int depth) {
        if (type == null || depth > MAX_DEPTH || type.kind() != KIND_STRUCT && type.kind() != KIND_UNION) {
            return -1;
        }
        for (int i = 0; i < type.count(); i++) {
            long at = HEADER + MEMBER_SIZE * (long) i;
            int bits = type.memory.getInt(at + 8);
            int offset = (type.memory.getInt(INFO) >>> BITFIELD_FLAG == 0 ? bits : bits & OFFSET_MASK) / 8;
            String name = name(type.memory.getInt(at));
            if (name.equals(member)) {
                return offset;
            }
            int inside = name.isEmpty()
                    ? memberOffset(skipModifiers(type(type.memory.getInt(at + 4))), member, depth + 1)
                    : -1;
            if (inside >= 0) {
                return offset + inside;
            }
        }
        return -1;
    }

    /** A type in the memory of libbpf. */
    private record Type(Pointer memory) {
        int kind() {
            return memory.getInt(INFO) >>> 24 & 0x1f;
        }

        /** Returns the number of members or parameters. */
        int count() {
            return memory.getInt(INFO) & 0xffff;
        }

        /** Returns the size of a struct, or the id of the type that this one refers to. */
        int target() {
            return memory.getInt(TYPE);
        }
    }

    private @Nullable Type type(int id) {
        Pointer memory = types == null || id <= 0 ? null : bpf.btf__type_by_id(types, id);
        return memory == null ? null : new Type(memory);
    }

    private @Nullable Type skipModifiers(@Nullable Type type) {
        Type found = type;
        for (int depth = 0; found != null && MODIFIERS.contains(found.kind()) && depth < MAX_DEPTH; depth++) {
            found = type(found.target());
        }
        return found;
    }

    private String name(int offset) {
        return types == null ? "" : bpf.btf__name_by_offset(types, offset);
    }

    public boolean hasStruct(String name) {
        return has(name, KIND_STRUCT);
    }

    public boolean hasFunction(String name) {
        return function(name) > 0;
    }

    /** Returns the type id of a function; not positive if the kernel does not have it. */
    public int function(String name) {
        return find(name, KIND_FUNCTION);
    }

    private boolean has(String name, int kind) {
        return find(name, kind) > 0;
    }

    private int find(String name, int kind) {
        return types == null ? 0 : bpf.btf__find_by_name_kind(types, name, kind);
    }

    @Override
    public void close() {
        if (types != null) {
            bpf.btf__free(types);
        }
    }
}
