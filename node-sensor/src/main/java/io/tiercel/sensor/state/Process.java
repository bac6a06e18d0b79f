package io.tiercel.sensor.state;

import org.jspecify.annotations.Nullable;

/**
 * A living process. Its links to parent and children are kept here, so that walking up the ancestors is following
 * references, and children find their new parent when this one ends.
 */
final class Process implements Cloneable {
    private static final int MAX_FROZEN_ANCESTORS = 64;

    final int pid;
    final long startNanos;
    final long pidnsStartNanos;
    int vpid;
    int sid;

    /** Group in the process's own pid namespace, and in that of the host. */
    int vpgid;

    int pgid;

    /** Controlling terminal in the kernel's encoding; 0 for none. */
    int tty;

    /** Audit login uid; -1 if unset. */
    int loginuid = -1;

    /** Memory in KiB when the process was last made, or got its program: all, resident, swapped. */
    int vmSize;

    int vmRss;
    int vmSwap;

    /** Highest number of open files (RLIMIT_NOFILE); -1 without limit. */
    long fdLimit;

    int uid;
    int gid;
    long capInheritable;
    long capPermitted;
    long capEffective;
    StandardFds standardFds = StandardFds.UNKNOWN;
    String comm = "";
    String cwd = "/";
    Program program;
    Container container = Container.HOST;
    long cgroupId;

    /** When it was last known in full, or a part of that changed, in nanoseconds since boot; 0 before any record. */
    long changedNanos;

    /** When an event last touched this entry, in nanoseconds since boot: the least recent are evicted first. */
    long touchedNanos;

    private @Nullable Process parent;
    private @Nullable Process firstChild;
    private @Nullable Process nextSibling;
    private @Nullable Process previousSibling;

    Process(int pid, long startNanos, long pidnsStartNanos, Program program) {
        this.pid = pid;
        this.startNanos = startNanos;
        this.pidnsStartNanos = pidnsStartNanos;
        this.program = program;
    }

    @Nullable
    Process parent() {
        return parent;
    }

    @Nullable
    Process firstChild() {
        return firstChild;
    }

    @Nullable
    Process nextSibling() {
        return nextSibling;
    }

    /** The n-th ancestor: 0 this process, 1 its parent; null once the chain ends. */
    @Nullable
    Process ancestor(int n) {
        Process p = this;
        for (int i = 0; i < n && p != null; i++) {
            p = p.parent;
        }
        return p;
    }

    /** Gives this process another parent; itself or one below it is refused, so that chains never loop. */
    void adopt(@Nullable Process newParent) {
        if (newParent == this) {
            return;
        }
        for (Process p = newParent; firstChild != null && p != null; p = p.parent) {
            if (p == this) {
                return;
            }
        }
        if (parent != null) {
            if (previousSibling != null) {
                previousSibling.nextSibling = nextSibling;
            } else {
                parent.firstChild = nextSibling;
            }
            if (nextSibling != null) {
                nextSibling.previousSibling = previousSibling;
            }
        }
        parent = newParent;
        previousSibling = null;
        nextSibling = newParent == null ? null : newParent.firstChild;
        if (nextSibling != null) {
            nextSibling.previousSibling = this;
        }
        if (newParent != null) {
            newParent.firstChild = this;
        }
    }

    /** This process and its ancestors as they are now, cut off from all that changes. */
    Process frozen() {
        Process copy = alone();
        Process last = copy;
        int depth = 0;
        for (Process p = parent; p != null && depth++ < MAX_FROZEN_ANCESTORS; p = p.parent) {
            Process ancestor = p.alone();
            last.parent = ancestor;
            last = ancestor;
        }
        return copy;
    }

    private Process alone() {
        try {
            Process copy = (Process) clone();
            copy.parent = null;
            copy.firstChild = null;
            copy.nextSibling = null;
            copy.previousSibling = null;
            return copy;
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("a process can be cloned", e);
        }
    }

    String cmdline() {
        return comm.equals(program.comm) ? program.cmdline() : program.cmdline(comm);
    }

    boolean namespaced() {
        return vpid != pid;
    }
}
