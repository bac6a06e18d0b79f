package io.tiercel.sensor.state;

/** Hears what the state learns of where processes are and what they run: what the first pass has to know too. */
public interface Whereabouts {
    /** Nobody. */
    Whereabouts UNHEARD = new Whereabouts() {
        @Override
        public void cgroup(long id, boolean container) {}

        @Override
        public void cgroupGone(long id) {}

        @Override
        public void apart(int pid) {}

        @Override
        public void program(int pid, String comm) {}

        @Override
        public void processesForgotten() {}

        @Override
        public void mount(int device, String point) {}

        @Override
        public void mountedInParts(int device) {}

        @Override
        public void unmounted(int device) {}
    };

    /** Processes in a cgroup are in a container, or in none. */
    void cgroup(long id, boolean container);

    void cgroupGone(long id);

    /** A process is in another place than its cgroup. */
    void apart(int pid);

    /** A process was found that runs a program of this name. */
    void program(int pid, String comm);

    /** There were too many processes. */
    void processesForgotten();

    /**
     * The host sees all of a device's file system.
     *
     * @param device in the kernel's own form
     * @param point where; empty for the root
     */
    void mount(int device, String point);

    /** The host sees parts of a device's file system. */
    void mountedInParts(int device);

    void unmounted(int device);
}
