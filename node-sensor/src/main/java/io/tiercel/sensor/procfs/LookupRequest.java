package io.tiercel.sensor.procfs;

import io.tiercel.sensor.process.LookupRecord;

/** A request of the event thread to read what the state lacks. */
public sealed interface LookupRequest {
    /** Returns the key of the lookup, as in a {@link LookupRecord}. */
    String key();

    /** Returns true if events may wait for the end of the lookup. */
    default boolean isAwaited() {
        return true;
    }

    /** Reads a process and its unknown ancestors. */
    record ProcessRequest(int pid) implements LookupRequest {
        @Override
        public String key() {
            return LookupRecord.processKey(pid);
        }
    }

    /**
     * Reads the path of a cgroup.
     *
     * @param pid a process in the cgroup
     */
    record CgroupRequest(long id, int pid) implements LookupRequest {
        @Override
        public String key() {
            return LookupRecord.cgroupKey(id);
        }
    }

    /**
     * Reads the users of a container if they changed.
     *
     * @param rootPid the first process of the container that is known. Its root directory is tried first
     * @param pid another process of the container
     * @param known true if the state has the users that were read before
     */
    record UsersRequest(String containerId, int rootPid, int pid, boolean known) implements LookupRequest {
        @Override
        public String key() {
            return LookupRecord.usersKey(containerId);
        }
    }

    /**
     * Reads the users of a container that a runtime prepares, as soon as one of its processes has its root directory.
     *
     * @param cgroupPath the path of its cgroup in any hierarchy
     */
    record StartingContainerRequest(String containerId, String cgroupPath) implements LookupRequest {
        @Override
        public String key() {
            return "starting " + containerId;
        }

        @Override
        public boolean isAwaited() {
            return false;
        }
    }

    /** Reads the host's users and mounts if they changed. */
    record HostRequest() implements LookupRequest {
        @Override
        public String key() {
            return "host";
        }

        @Override
        public boolean isAwaited() {
            return false;
        }
    }
}
