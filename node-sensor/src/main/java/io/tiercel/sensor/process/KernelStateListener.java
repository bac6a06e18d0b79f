package io.tiercel.sensor.process;

/** Receives the state changes that the kernel prefilter must know about. Called on the event thread. */
public interface KernelStateListener {
    /** Ignores all changes. */
    KernelStateListener NOOP = new KernelStateListener() {
        @Override
        public void cgroupAdded(long id, boolean isContainer) {}

        @Override
        public void cgroupRemoved(long id) {}

        @Override
        public void cgroupMismatch(int pid) {}

        @Override
        public void cgroupMatches(int pid) {}

        @Override
        public void processFound(int pid, String comm, long startedNanos) {}

        @Override
        public void processNameUnknown(int pid) {}

        @Override
        public void lineageChanged(int version) {}

        @Override
        public void stateIncomplete() {}

        @Override
        public void deviceMounted(int device, String mountPoint) {}

        @Override
        public void devicePartlyMounted(int device) {}

        @Override
        public void deviceUnmounted(int device) {}
    };

    /**
     * A cgroup was added.
     *
     * @param isContainer true if processes in the cgroup belong to a container
     */
    void cgroupAdded(long id, boolean isContainer);

    /** A cgroup was removed. */
    void cgroupRemoved(long id);

    /** A process belongs to a container but its cgroup does not, or the other way round. */
    void cgroupMismatch(int pid);

    /** The membership of a process is that of the cgroup that it entered. */
    void cgroupMatches(int pid);

    /**
     * A process was read from {@code /proc}. A name that the kernel already has is newer and stays.
     *
     * @param startedNanos the identity of the program: {@link ProcessInfo#programStartedNanos}
     */
    void processFound(int pid, String comm, long startedNanos);

    /** The name of a process in the kernel may differ from that in the state. */
    void processNameUnknown(int pid);

    /**
     * The programs or the ancestors of processes changed.
     *
     * @param version the new {@link Lineage#version}
     */
    void lineageChanged(int version);

    /** The process table or the set of cgroups overflowed: from now on the state may lack live processes. */
    void stateIncomplete();

    /**
     * The host mounts all of a device's file system.
     *
     * @param device the device number in the kernel's encoding
     * @param mountPoint where the host mounts it; empty for the root directory
     */
    void deviceMounted(int device, String mountPoint);

    /** The host mounts only subdirectories of a device's file system. */
    void devicePartlyMounted(int device);

    /** The host no longer mounts a device. */
    void deviceUnmounted(int device);
}
