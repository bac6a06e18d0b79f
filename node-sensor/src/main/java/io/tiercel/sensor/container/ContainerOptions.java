package io.tiercel.sensor.container;

import java.util.List;

/**
 * Options for container metadata.
 *
 * @param runtimes the runtimes to query, in this order. If empty, only the fields from the kernel have values
 * @param waitMillis the maximum time in milliseconds for which events wait for the metadata; 0 for no wait
 */
public record ContainerOptions(List<ContainerRuntime> runtimes, long waitMillis) {
    /** No runtime is queried. */
    public static final ContainerOptions DISABLED = new ContainerOptions(List.of(), 0);

    public ContainerOptions {
        if (waitMillis < 0) {
            throw new IllegalArgumentException("waitMillis must not be negative, but is " + waitMillis);
        }
        runtimes = List.copyOf(runtimes);
    }
}
