package io.tiercel.sensor.bpf;

import jnr.ffi.Pointer;
import org.jspecify.annotations.Nullable;

/**
 * The tracepoints and functions of this kernel, from its BTF. Each tracepoint has a type {@code btf_trace_NAME}
 * (Documentation/bpf/btf.rst in the kernel sources).
 *
 * <p>A function of libbpf searches the megabytes of BTF, because Java code is not compiled yet at this point of the start.
 */
final class KernelTypes implements AutoCloseable {
    private static final String TRACEPOINT_PREFIX = "btf_trace_";
    private static final int KIND_STRUCT = 4;
    private static final int KIND_TYPEDEF = 8;
    private static final int KIND_FUNCTION = 12;

    private final LibBpf bpf;
    private final @Nullable Pointer types;

    /** Reads the kernel's BTF. Without BTF, nothing is found. */
    KernelTypes(LibBpf bpf) {
        this.bpf = bpf;
        this.types = bpf.btf__load_vmlinux_btf();
    }

    boolean hasTracepoint(String name) {
        return has(TRACEPOINT_PREFIX + name, KIND_TYPEDEF);
    }

    boolean hasStruct(String name) {
        return has(name, KIND_STRUCT);
    }

    boolean hasFunction(String name) {
        return function(name) > 0;
    }

    /** Returns the type id of a function; not positive if the kernel does not have it. */
    int function(String name) {
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
