package io.tiercel.sensor.bpf;

import jnr.ffi.Pointer;
import org.jspecify.annotations.Nullable;

/**
 * The tracepoints of this kernel, told from its BTF: each has a type {@code btf_trace_NAME} (Documentation/bpf/btf.rst in
 * the kernel's sources). libbpf looks, since megabytes are looked through while nothing in Java has been compiled yet.
 */
final class KernelTracepoints implements AutoCloseable {
    private static final String PREFIX = "btf_trace_";
    private static final int KIND_TYPEDEF = 8;

    private final LibBpf bpf;
    private final @Nullable Pointer types;

    /** Reads what the kernel tells; if it tells nothing there are no tracepoints. */
    KernelTracepoints(LibBpf bpf) {
        this.bpf = bpf;
        this.types = bpf.btf__load_vmlinux_btf();
    }

    boolean has(String name) {
        return types != null && bpf.btf__find_by_name_kind(types, PREFIX + name, KIND_TYPEDEF) > 0;
    }

    @Override
    public void close() {
        if (types != null) {
            bpf.btf__free(types);
        }
    }
}
