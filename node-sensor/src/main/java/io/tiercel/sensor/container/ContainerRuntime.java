package io.tiercel.sensor.container;

/** A container runtime that returns metadata of its containers. Thread-safe. */
public interface ContainerRuntime extends AutoCloseable {
    /** The response to {@link #find}. */
    sealed interface Response {
        /** The runtime knows the container. */
        record Found(ContainerInfo info) implements Response {}

        /** The runtime does not know the container, or not yet: a container may run before its runtime knows it. */
        record NotFound() implements Response {}

        /**
         * The runtime could not answer.
         *
         * @param reason one line
         */
        record Unavailable(String reason) implements Response {}
    }

    /** Returns true if the runtime exists on this node. */
    boolean isPresent();

    /** Connects to the runtime if it exists, so that the first query is as fast as later ones. */
    void warmUp();

    /** Queries a container by its full id. Blocks for a few seconds at most. */
    Response find(String id);

    @Override
    void close();
}
