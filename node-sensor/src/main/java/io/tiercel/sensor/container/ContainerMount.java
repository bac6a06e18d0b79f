package io.tiercel.sensor.container;

/**
 * A file or directory of the host that is mounted in a container.
 *
 * @param source the path on the host
 * @param destination the path in the container
 * @param mode the mount options; empty if the runtime does not report them
 * @param writable true if the container can write to the mount
 * @param propagation {@code private}, {@code rslave} or {@code rshared}
 */
public record ContainerMount(String source, String destination, String mode, boolean writable, String propagation) {
    /** Returns all components, separated by colons. */
    public String format() {
        return source + ":" + destination + ":" + mode + ":" + writable + ":" + propagation;
    }
}
