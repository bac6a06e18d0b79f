package io.tiercel.sensor.container;

import java.util.List;

/**
 * Who is asked about containers.
 *
 * @param runtimes asked one after the other; none: nobody is asked, and only what the kernel tells is known
 * @param waitMillis how long a container's events wait for the answer, in milliseconds; 0: not at all
 */
public record ContainerOptions(List<ContainerRuntime> runtimes, long waitMillis) {
    /** Nobody is asked. */
    public static final ContainerOptions DISABLED = new ContainerOptions(List.of(), 0);

    public ContainerOptions {
        if (waitMillis < 0) {
            throw new IllegalArgumentException("waitMillis must not be negative, is " + waitMillis);
        }
        runtimes = List.copyOf(runtimes);
    }
}
