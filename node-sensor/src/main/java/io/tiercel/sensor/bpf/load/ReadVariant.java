package io.tiercel.sensor.bpf.load;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The methods by which the capture program reads kernel memory, fastest first: the values of READ_ in {@code
 * bpf/record.h}.
 */
public enum ReadVariant {
    /** Plain loads through typed pointers; since Linux 6.2. */
    TYPED("bpf_rdonly_cast"),
    /** Plain loads through the task pointer, and helper calls that copy adjacent members together; since Linux 5.11. */
    CHUNKED("bpf_get_current_task_btf"),
    /** One helper call for each member. */
    PLAIN(null);

    private final @Nullable String kernelFunction;

    ReadVariant(@Nullable String kernelFunction) {
        this.kernelFunction = kernelFunction;
    }

    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Returns true if the kernel has the function that this variant calls. */
    public boolean isSupportedBy(KernelTypes types) {
        return kernelFunction == null || types.hasFunction(kernelFunction);
    }
}
