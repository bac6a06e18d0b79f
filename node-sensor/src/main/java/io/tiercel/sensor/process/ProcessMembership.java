package io.tiercel.sensor.process;

import static io.tiercel.sensor.bpf.record.RecordLayout.CGROUP_ATTACHED;
import static io.tiercel.sensor.bpf.record.RecordLayout.CGROUP_ENTERED;
import static io.tiercel.sensor.bpf.record.RecordLayout.CGROUP_REMOVED;

import io.tiercel.sensor.bpf.record.RecordView;
import io.tiercel.sensor.container.ContainerTable;
import io.tiercel.sensor.container.TrackedContainer;

/**
 * Sets the cgroup and the container of each process, and notifies the kernel of processes whose cgroup does not show the
 * container.
 */
final class ProcessMembership {
    private final ProcessTable processes;
    private final ContainerTable containers;
    private final CgroupTable cgroups;
    private final KernelStateListener kernel;
    private long reportedEvictions;

    ProcessMembership(
            ProcessTable processes, ContainerTable containers, CgroupTable cgroups, KernelStateListener kernel) {
        this.processes = processes;
        this.containers = containers;
        this.cgroups = cgroups;
        this.kernel = kernel;
    }

    /** Applies a RECORD_CGROUP. */
    void applyCgroup(RecordView r) {
        switch ((int) r.result()) {
            case CGROUP_REMOVED -> {
                TrackedContainer container = cgroups.remove(r.cgroupId());
                if (container != null) {
                    containers.cgroupRemoved(container, r.timeNanos());
                }
            }
            case CGROUP_ATTACHED -> {
                ProcessInfo process = processes.get(r.tgid());
                TrackedContainer container = containers.ofCgroup(r.textOrEmpty(0));
                if (process != null && !container.isHost()) {
                    process.container = ContainerTransitions.after(process.container, container, false);
                    notifyKernel(process);
                }
            }
            case CGROUP_ENTERED -> {
                ProcessInfo process = processes.get(r.tgid());
                if (process != null) {
                    process.enteredHostCgroup = true;
                    notifyKernel(process);
                }
            }
            default -> {
                TrackedContainer container = containers.ofCgroup(r.textOrEmpty(0));
                if (cgroups.add(r.cgroupId(), container)) {
                    processes.forEach(process -> enter(process, r.cgroupId(), container));
                }
                containers.cgroupAdded(container);
            }
        }
    }

    /** Moves a process that was in the cgroup before its container was known. */
    private void enter(ProcessInfo p, long cgroupId, TrackedContainer container) {
        if (p.cgroupId == cgroupId && p.container != container && !container.isHost()) {
            p.container = ContainerTransitions.after(p.container, container, false);
            notifyKernel(p);
        }
    }

    /** Moves a process to the cgroup that one of its records carries. */
    void move(ProcessInfo p, long cgroup) {
        TrackedContainer container = cgroups.container(cgroup);
        if (container != null) {
            TrackedContainer left = cgroups.container(p.cgroupId);
            p.leftCgroup |= container.isHost() && left != null && !left.isHost();
            p.container = ContainerTransitions.after(p.container, container, false);
        }
        p.cgroupId = cgroup;
        if (container == null) {
            cgroups.addUnknown(cgroup);
        }
        notifyKernel(p);
    }

    /**
     * Sets the container of a process that was read from {@code /proc}.
     *
     * @param before its container until now, or the one it inherits
     * @param cgroupPath the path of its cgroup
     * @param onHost true if the process executed its program in the namespaces of the host
     */
    void setFound(ProcessInfo p, TrackedContainer before, String cgroupPath, boolean onHost) {
        p.container = ContainerTransitions.after(before, containers.ofCgroup(cgroupPath), onHost);
    }

    /**
     * Moves a process out of its container if it left the cgroup of the container for one of the host. The process must run in
     * the namespaces of the host.
     */
    void leaveContainer(ProcessInfo p) {
        if (p.leftCgroup && cgroups.isOfHost(p.cgroupId)) {
            p.container = TrackedContainer.HOST;
            p.leftCgroup = false;
        }
    }

    /** Notifies the kernel if the cgroup of a process does not show its container, or shows it again. */
    void notifyKernel(ProcessInfo p) {
        TrackedContainer container = cgroups.container(p.cgroupId);
        if (container != null && container.isHost() != p.container.isHost()) {
            kernel.cgroupMismatch(p.pid);
        } else if (container != null && p.enteredHostCgroup) {
            kernel.cgroupMatches(p.pid);
        }
        if (processes.evicted() != reportedEvictions) {
            reportedEvictions = processes.evicted();
            kernel.stateIncomplete();
        }
    }
}
