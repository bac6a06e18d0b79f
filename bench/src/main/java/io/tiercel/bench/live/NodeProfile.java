package io.tiercel.bench.live;

/**
 * The work of a node.
 *
 * @param containers number of containers, at least 1
 * @param processes number of processes in all containers, at least {@code containers}
 * @param opens opened files per second
 * @param forks processes per second that start and end at once
 */
record NodeProfile(int containers, int processes, int opens, int forks) {
    private static final int FEWER = 20;
    private static final int FEWER_PROCESSES = 40;

    /** Returns a node with a twentieth of the containers and a fortieth of the processes, at the same rates. */
    NodeProfile withFewProcesses() {
        int few = Math.max(1, containers / FEWER);
        return new NodeProfile(few, Math.max(few, processes / FEWER_PROCESSES), opens, forks);
    }
}
