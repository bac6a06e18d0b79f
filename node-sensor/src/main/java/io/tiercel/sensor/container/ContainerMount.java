package io.tiercel.sensor.container;

/**
 * A directory or file of the host in a container.
 *
 * @param source path on the host
 * @param destination path in the container
 * @param mode options as the runtime tells them; empty if it tells none
 * @param writable whether the container may write there
 * @param propagation {@code private}, {@code rslave} or {@code rshared}
 */
public record ContainerMount(String source, String destination, String mode, boolean writable, String propagation) {
    /** All parts, joined with colons. */
    public String text() {
        return source + ":" + destination + ":" + mode + ":" + writable + ":" + propagation;
    }
}
