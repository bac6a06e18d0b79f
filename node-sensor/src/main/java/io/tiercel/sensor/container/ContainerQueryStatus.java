package io.tiercel.sensor.container;

/**
 * State of the queries to container runtimes.
 *
 * @param answered queries that a runtime answered since the start, including those for unknown containers
 * @param timedOut queries since the start that ended at their deadline
 * @param failed queries since the start that failed for other reasons, such as a refused connection
 * @param openRequests containers whose metadata is not known yet
 * @param silentRuntimes runtimes whose last query ended at its deadline
 */
public record ContainerQueryStatus(long answered, long timedOut, long failed, int openRequests, int silentRuntimes) {
    /** No runtime was queried. */
    public static final ContainerQueryStatus NONE = new ContainerQueryStatus(0, 0, 0, 0, 0);
}
