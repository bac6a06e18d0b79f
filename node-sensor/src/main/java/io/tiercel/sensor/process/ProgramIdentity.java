package io.tiercel.sensor.process;

import static io.tiercel.sensor.bpf.record.RecordLayout.*;

import io.tiercel.sensor.bpf.record.RecordView;
import java.util.Set;

/**
 * Which file a program runs, as far as the user of the process cannot have chosen it. Names are not evidence: every program can
 * choose its own, and that of its executable in a folder that it may write.
 *
 * <p>A program is {@link Trust#HOST} if its executable is one of the machine: in a {@linkplain SystemFolders system folder},
 * owned by root, not writable by others, and started outside the user namespaces of unprivileged users. Only root of the
 * machine can make such a file. It is {@link Trust#IMAGE} if its executable is an unchanged file of the container's image that
 * root owns. Root of a container can change such a file, but the kernel then moves it to the upper layer. All other programs are
 * {@link Trust#NONE}, and so are programs about which something is unknown.
 *
 * @param trust the kind of file
 * @param name the file name of the executable; empty if the program is not trusted. For a script of the host, the file name of
 *     the script. For a program with several functions, such as busybox, the function.
 */
record ProgramIdentity(Trust trust, String name) {
    /** The kind of file that a program runs. */
    enum Trust {
        NONE,
        IMAGE,
        HOST
    }

    static final ProgramIdentity NONE = new ProgramIdentity(Trust.NONE, "");

    /** The container runtimes that execute a copy of themselves, from memory or from a read-only mount. */
    private static final Set<String> SELF_COPYING = Set.of("runc", "crun", "youki");

    /** Programs that run the function that {@code argv[0]} names. */
    private static final Set<String> MULTI_CALL = Set.of("busybox", "busybox.static", "toybox", "coreutils");

    /** Permission to write for the group or for others. */
    private static final int OTHERS_WRITE = 0022;

    /**
     * Decides about the program that a record starts or that a process was found with.
     *
     * @param r a RECORD_EXEC or RECORD_PROCESS
     * @param process the process, after it took over what the record says of its cgroup
     * @param previous what the process ran before; {@link #NONE} if unknown
     */
    static ProgramIdentity of(RecordView r, ProcessInfo process, ProgramIdentity previous) {
        int flags = r.intAt(EXEC_FILE_FLAGS);
        if (isCopyOf(previous, flags, r)) {
            return previous;
        }
        Trust trust = isOwnedByRoot(r, flags) ? trust(r, process, flags) : Trust.NONE;
        if (trust == Trust.NONE || EnvironmentCheck.loadsCode(r, (flags & EXEC_SCRIPT) != 0)) {
            return NONE;
        }
        return new ProgramIdentity(trust, name(r, flags, trust));
    }

    private static boolean isOwnedByRoot(RecordView r, int flags) {
        return (flags & (FILE_MEMFD | EXEC_UNLINKED)) == 0
                && !r.isNameTruncated(0)
                && (flags & EXEC_HOST_OWNED) != 0
                && r.intAt(EXEC_EXE_UID) == 0
                && (r.intAt(EXEC_EXE_MODE) & OTHERS_WRITE) == 0;
    }

    private static Trust trust(RecordView r, ProcessInfo process, int flags) {
        boolean inSystemFolder = SystemFolders.contain(r.name(0));
        boolean hostUsers = (flags & EXEC_HOST_USERS) != 0;
        boolean hostMounts = (flags & EXEC_HOST_MOUNTS) != 0;
        // A mount of a single file has the name of its mount point, which the container's root may have chosen.
        boolean imageFile = (flags & (FILE_LOWER_LAYER | EXEC_FILE_MOUNT)) == FILE_LOWER_LAYER;
        if (process.container.isHost()) {
            // The mounts of a service of the machine are its own, but then its process ids are those of the machine.
            boolean hostFile = hostMounts
                    || (flags & EXEC_HOST_DISK) != 0
                    || !process.isNamespaced() && (flags & FILE_UPPER_LAYER) == 0;
            if (!inSystemFolder || !hostUsers) {
                return Trust.NONE;
            }
            return hostFile ? Trust.HOST : imageFile ? Trust.IMAGE : Trust.NONE;
        }
        if (inSystemFolder && hostUsers && hostMounts) {
            return Trust.HOST;
        }
        return imageFile ? Trust.IMAGE : Trust.NONE;
    }

    /** Returns true if a container runtime of the host executes a copy of itself. */
    private static boolean isCopyOf(ProgramIdentity previous, int flags, RecordView r) {
        if (r.kind() != RECORD_EXEC || previous.trust != Trust.HOST || !SELF_COPYING.contains(previous.name)) {
            return false;
        }
        boolean onOwnMount = (flags & EXEC_HOST_MOUNTS) != 0 && r.name(0).equals("/" + previous.name);
        return (flags & FILE_MEMFD) != 0 || onOwnMount;
    }

    private static String name(RecordView r, int flags, Trust trust) {
        String file = fileName(r.name(0));
        if (r.kind() != RECORD_EXEC) {
            return MULTI_CALL.contains(file) ? "" : file; // The process may have changed its arguments.
        }
        if ((flags & EXEC_SCRIPT) != 0) {
            String script = r.textOrEmpty(2);
            boolean ofHost = trust == Trust.HOST && (flags & EXEC_HOST_MOUNTS) != 0;
            return ofHost && SystemFolders.containScript(script) ? fileName(script) : file;
        }
        if (MULTI_CALL.contains(file)) {
            String arguments = r.textOrEmpty(0);
            int end = arguments.indexOf(0);
            String function = fileName(end < 0 ? arguments : arguments.substring(0, end));
            return function.startsWith("-") ? function.substring(1) : function;
        }
        return file;
    }

    private static String fileName(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
