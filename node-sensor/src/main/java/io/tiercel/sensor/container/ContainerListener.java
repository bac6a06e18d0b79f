package io.tiercel.sensor.container;

/**
 * Receives changes of the container table. Called on the event thread during a state change, so that implementations must
 * defer their work.
 */
public interface ContainerListener {
    /** Ignores all changes. */
    ContainerListener NOOP = new ContainerListener() {
        @Override
        public void containerFound(String fullId) {}

        @Override
        public void containerRemoved(String fullId) {}
    };

    /** A container with an unknown id was found. */
    void containerFound(String fullId);

    /** A container was removed from the table. */
    void containerRemoved(String fullId);
}
