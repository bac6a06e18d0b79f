package io.tiercel.sensor.process;

import static io.tiercel.sensor.bpf.record.RecordLayout.EXEC_FILE_FLAGS;
import static io.tiercel.sensor.bpf.record.RecordLayout.EXEC_HOST_MOUNTS;

import io.tiercel.sensor.bpf.record.RecordView;
import io.tiercel.sensor.container.TrackedContainer;

/**
 * Decides which container a process belongs to.
 *
 * <p>A process enters a container with its cgroup. It can leave the cgroup: a privileged container can write its pid into any
 * other one. Therefore it stays in its container until it executes a program in the mount and pid namespaces of the host.
 */
final class ContainerTransitions {
    private ContainerTransitions() {}

    /**
     * Returns the container of a process after it was seen in a cgroup.
     *
     * @param before its container until now, or the one it inherits
     * @param ofCgroup the container that the cgroup belongs to
     * @param onHost true if the process executed its program in the namespaces of the host
     */
    static TrackedContainer after(TrackedContainer before, TrackedContainer ofCgroup, boolean onHost) {
        if (before.isHost() || ofCgroup.isNestedIn(before) || ofCgroup.isHost() && onHost) {
            return ofCgroup;
        }
        return before;
    }

    /** Returns true if a RECORD_EXEC or RECORD_PROCESS is about a program in the mount and pid namespaces of the host. */
    static boolean runsOnHost(RecordView r, ProcessInfo p) {
        return (r.intAt(EXEC_FILE_FLAGS) & EXEC_HOST_MOUNTS) != 0 && !p.isNamespaced();
    }
}
