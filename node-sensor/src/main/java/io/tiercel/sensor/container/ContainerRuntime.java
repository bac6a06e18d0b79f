package io.tiercel.sensor.container;

/** A runtime that can be asked about its containers; safe for the use by several threads. */
public interface ContainerRuntime extends AutoCloseable {
    /** What comes of a question. */
    sealed interface Answer {
        /** The runtime knows the container. */
        record Found(ContainerMetadata metadata) implements Answer {}

        /** It does not, or not yet: a container may run before its runtime tells of it. */
        record NotThere() implements Answer {}

        /**
         * It cannot be asked now.
         *
         * @param reason one line
         */
        record Unavailable(String reason) implements Answer {}
    }

    /** Whether there is a runtime here that could answer. */
    boolean present();

    /** Gets ready, if the runtime is there, so that the first question is answered as fast as the others. */
    void prepare();

    /** Asks for a container by its whole id; waits for the answer, but not longer than a few seconds. */
    Answer find(String id);

    @Override
    void close();
}
