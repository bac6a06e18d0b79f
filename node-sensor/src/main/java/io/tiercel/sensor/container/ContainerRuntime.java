package io.tiercel.sensor.container;

/** A container runtime that returns metadata of its containers. Thread-safe. */
public interface ContainerRuntime extends AutoCloseable {
    /** An id that no container has. A query for it shows whether the runtime answers. */
    String NONEXISTENT_ID = "0".repeat(64);

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

        /**
         * The runtime did not answer before the query's deadline. It may be stopped or overloaded.
         *
         * @param reason one line
         */
        record TimedOut(String reason) implements Response {}

        /** The runtime was not queried, because an earlier query timed out. */
        record Skipped() implements Response {}
    }

    /** Returns true if the runtime exists on this node. */
    boolean isPresent();

    /** Queries a container by its full id. Blocks for five seconds at most. */
    Response find(String id);

    @Override
    void close();
}
