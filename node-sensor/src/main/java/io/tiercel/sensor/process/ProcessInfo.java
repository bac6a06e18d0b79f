package io.tiercel.sensor.process;

import io.tiercel.sensor.container.TrackedContainer;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A live process.
 *
 * <p>Parents and children are linked by reference. A walk over the ancestors needs no lookup, and the children of a process
 * that ends can be moved to their new parent. Only this package changes a process.
 */
public final class ProcessInfo implements Cloneable {
    private static final int MAX_SNAPSHOT_ANCESTORS = 64;

    /** Falco's name for a directory that it does not know. */
    private static final String UNKNOWN_DIRECTORY = "<UNKNOWN>";

    private static final StateText ROOT_DIRECTORY = StateText.constant("/");

    final int pid;
    final long startNanos;
    final long pidnsStartNanos;
    int vpid;
    int sid;
    int vpgid;
    int pgid;
    int tty;
    int loginuid = -1;
    int vmSize;
    int vmRss;
    int vmSwap;
    long fdLimit;
    int uid;
    int gid;
    long capInheritable;
    long capPermitted;
    long capEffective;
    StandardFds standardFds = StandardFds.UNKNOWN;
    String comm = "";
    /** The working directory with a trailing slash. */
    StateText cwd = ROOT_DIRECTORY;

    Program program;
    ProgramIdentity identity = ProgramIdentity.NONE;

    /** The name since the last exec, before any fork. */
    String execName = "";

    /** See {@link ProgramHistory}. */
    StateText history = StateText.EMPTY;

    TrackedContainer container = TrackedContainer.HOST;
    long cgroupId;

    /** True if the process, or one that forked it, moved from the cgroup of a container to one of the host. */
    boolean leftCgroup;

    /**
     * True if the kernel takes the membership of this process for unknown. The process, or its parent before the fork, entered a
     * cgroup that the kernel did not know as that of a container.
     */
    boolean enteredHostCgroup;

    /** True if the kernel has the name that was read from {@code /proc}, and no record of an exec has followed. */
    boolean nameTold;

    /** Boot time of the last record that set this entry or a part of it, in nanoseconds; 0 before the first one. */
    long changedNanos;

    /** See {@link #programStartedNanos()}. */
    long programStartedNanos;

    /** Boot time of the last event of this process, in nanoseconds. Eviction starts with the oldest. */
    long touchedNanos;

    /** The pid of the parent if the state does not have it; otherwise 0. */
    int missingParentPid;

    /** True while the process is in the table, which charges its texts. */
    boolean charged;

    private @Nullable ProcessInfo parent;
    private @Nullable ProcessInfo firstChild;
    private @Nullable ProcessInfo nextSibling;
    private @Nullable ProcessInfo previousSibling;

    ProcessInfo(int pid, long startNanos, long pidnsStartNanos, Program program) {
        this.pid = pid;
        this.startNanos = startNanos;
        this.pidnsStartNanos = pidnsStartNanos;
        this.program = program;
    }

    public int pid() {
        return pid;
    }

    /** The start of the process in nanoseconds since boot; 0 if unknown. */
    public long startNanos() {
        return startNanos;
    }

    /** The start of the pid namespace's init process in nanoseconds since boot; 0 if unknown. */
    public long pidnsStartNanos() {
        return pidnsStartNanos;
    }

    /** The process id in the process's own pid namespace. */
    public int vpid() {
        return vpid;
    }

    /** The session id in the process's own pid namespace. */
    public int sid() {
        return sid;
    }

    /** The process group id in the process's own pid namespace. */
    public int vpgid() {
        return vpgid;
    }

    /** The process group id in the host's pid namespace. */
    public int pgid() {
        return pgid;
    }

    /** The controlling terminal in the kernel's encoding; 0 for none. */
    public int tty() {
        return tty;
    }

    /** The audit login uid; -1 if unset. */
    public int loginuid() {
        return loginuid;
    }

    /** Virtual memory in KiB at the last fork or exec. */
    public int vmSize() {
        return vmSize;
    }

    /** Resident memory in KiB at the last fork or exec. */
    public int vmRss() {
        return vmRss;
    }

    /** Swapped memory in KiB at the last fork or exec. */
    public int vmSwap() {
        return vmSwap;
    }

    /** The soft limit of open files (RLIMIT_NOFILE); -1 for unlimited. */
    public long fdLimit() {
        return fdLimit;
    }

    public int uid() {
        return uid;
    }

    public int gid() {
        return gid;
    }

    public long capInheritable() {
        return capInheritable;
    }

    public long capPermitted() {
        return capPermitted;
    }

    public long capEffective() {
        return capEffective;
    }

    public StandardFds standardFds() {
        return standardFds;
    }

    public String comm() {
        return comm;
    }

    /** The working directory with a trailing slash; {@code <UNKNOWN>} if it was dropped because memory ran short. */
    public String cwd() {
        String path = cwd.value();
        return path == null ? UNKNOWN_DIRECTORY : path;
    }

    /** Returns true if the working directory was dropped because memory ran short. */
    public boolean isCwdDropped() {
        return cwd.isDropped();
    }

    public Program program() {
        return program;
    }

    /**
     * Returns the boot time of the record of the last exec or fork, or of the record that was read from {@code /proc}, in nanoseconds. With
     * the pid, it identifies the program that a process runs.
     */
    public long programStartedNanos() {
        return programStartedNanos;
    }

    /** The file name of the executable, if it is a file of the host or of the container's image; otherwise null. */
    public @Nullable String trustedName() {
        return identity.name().isEmpty() ? null : identity.name();
    }

    /** Whose file the executable is: {@code host}, {@code image} or {@code none}, which includes unknown files. */
    public String trust() {
        return switch (identity.trust()) {
            case HOST -> "host";
            case IMAGE -> "image";
            case NONE -> "none";
        };
    }

    /** See {@link ProgramHistory}. The text is never dropped. */
    String historyText() {
        return Objects.requireNonNullElse(history.value(), ProgramHistory.EMPTY);
    }

    /** The names of the programs that led to this one, nearest first: those of this process and of the processes that forked it. */
    public List<String> history() {
        return ProgramHistory.names(historyText());
    }

    public TrackedContainer container() {
        return container;
    }

    public @Nullable ProcessInfo parent() {
        return parent;
    }

    /** Returns the pid of the parent if the state does not have it, and otherwise 0. */
    public int missingParentPid() {
        return missingParentPid;
    }

    /** Returns the id of the cgroup in the unified hierarchy; 0 if unknown. */
    public long cgroupId() {
        return cgroupId;
    }

    @Nullable
    ProcessInfo firstChild() {
        return firstChild;
    }

    @Nullable
    ProcessInfo nextSibling() {
        return nextSibling;
    }

    /** Returns the n-th ancestor, where 0 is this process and 1 its parent; null if there are fewer. */
    public @Nullable ProcessInfo ancestor(int n) {
        ProcessInfo p = this;
        for (int i = 0; i < n && p != null; i++) {
            p = p.parent;
        }
        return p;
    }

    /** Sets the parent. Ignores this process and its descendants as a parent, so that chains never loop. */
    void setParent(@Nullable ProcessInfo newParent) {
        if (newParent == this) {
            return;
        }
        for (ProcessInfo p = newParent; firstChild != null && p != null; p = p.parent) {
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

    /** Returns a snapshot of this process and its ancestors. Later records do not change it. */
    public ProcessInfo snapshot() {
        ProcessInfo copy = unlinkedCopy();
        ProcessInfo last = copy;
        int depth = 0;
        for (ProcessInfo p = parent; p != null && depth++ < MAX_SNAPSHOT_ANCESTORS; p = p.parent) {
            ProcessInfo ancestor = p.unlinkedCopy();
            last.parent = ancestor;
            last = ancestor;
        }
        return copy;
    }

    private ProcessInfo unlinkedCopy() {
        try {
            ProcessInfo copy = (ProcessInfo) clone();
            copy.parent = null;
            copy.firstChild = null;
            copy.nextSibling = null;
            copy.previousSibling = null;
            return copy;
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("ProcessInfo must be cloneable", e);
        }
    }

    /** Returns the process's name and arguments, joined with spaces; null if the arguments were dropped. */
    public @Nullable String cmdline() {
        return comm.equals(program.comm) ? program.cmdline() : program.cmdline(comm);
    }

    /** Returns true if the process runs in a pid namespace other than the host's. */
    public boolean isNamespaced() {
        return vpid != pid;
    }
}
