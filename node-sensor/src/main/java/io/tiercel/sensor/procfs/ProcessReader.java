package io.tiercel.sensor.procfs;

import static io.tiercel.sensor.bpf.record.RecordLayout.*;

import io.tiercel.sensor.bpf.host.GuardedFiles;
import io.tiercel.sensor.bpf.host.GuardedFiles.FileAttributes;
import io.tiercel.sensor.bpf.record.RecordBuilder;
import io.tiercel.sensor.container.ContainerIds;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.StringTokenizer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Reads processes from {@code /proc} (proc(5)). */
final class ProcessReader {
    /** The maximum number of bytes read from a small file. */
    private static final int SMALL = 16_384;

    /** See {@code mark} in exec_body. */
    private static final int MARK_SHIFT = 4;

    private static final String DELETED = " (deleted)";

    /** The unit of start times: the kernel reports them in hundredths of a second (USER_HZ). */
    private static final long TICK_NANOS = 10_000_000L;

    /** The lines that are used of the file {@code status}. */
    private static final Set<String> STATUS_KEYS = Set.of(
            "Tgid", "Uid", "Gid", "NSpid", "NSpgid", "NSsid", "CapInh", "CapPrm", "CapEff", "VmSize", "VmRSS",
            "VmSwap");

    private static final String OPEN_FILES = "Max open files";

    private record Memory(String arguments, String environment) {}

    private final Path proc;
    private final HostOfProcesses host;
    private final ProcessReads reads;
    private final Runnable replaceThread;

    /** The start time of the first process, which stays the same; negative before it is read. */
    private long initStartNanos = -1;

    /**
     * Creates a reader.
     *
     * @param reads runs the reads that may hang
     * @param replaceThread starts the thread that replaces the current one if a read hangs
     */
    ProcessReader(Path proc, ProcessReads reads, Runnable replaceThread) {
        this.replaceThread = replaceThread;
        this.proc = proc;
        this.host = new HostOfProcesses(proc);
        this.reads = reads;
    }

    /** Returns the pids of all processes in ascending order. */
    int[] pids() {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(proc, "[0-9]*")) {
            IntStream.Builder pids = IntStream.builder();
            entries.forEach(entry -> pids.add(number(entry.getFileName().toString())));
            return pids.build().filter(pid -> pid > 0).sorted().toArray();
        } catch (IOException e) {
            return new int[0];
        }
    }

    /** Returns the root directory of a process. */
    String root(int pid) {
        return proc.resolve(pid + "/root").toString();
    }

    /** Returns the full id of the container that a process belongs to; empty for the host and for an ended process. */
    String containerId(int pid) {
        return ContainerIds.fromCgroupPath(containerCgroup(cgroups(pid)));
    }

    /** Returns the path of a process's cgroup in the unified hierarchy; empty if unknown. */
    String unifiedCgroup(int pid) {
        return unifiedCgroup(cgroups(pid));
    }

    private static String unifiedCgroup(String[] lines) {
        for (String line : lines) {
            if (line.startsWith("0::/")) {
                return line.substring(3);
            }
        }
        return "";
    }

    /** Reads what {@link #read} starts with. */
    ProcessStat stat(int pid) {
        return new ProcessStat(ByteStringFiles.read(proc.resolve(pid + "/stat"), SMALL));
    }

    /**
     * Returns the {@code RECORD_PROCESS} of a process; null if it has ended or the id belongs to a thread of another process.
     * The arguments, the environment and the attributes of the executable are missing if the process prevents that they are
     * read.
     *
     * @param stat what was just read
     * @param timeNanos the time since boot before that
     */
    byte @Nullable [] read(int pid, ProcessStat stat, long timeNanos, CgroupFileSystem cgroupFileSystem)
            throws InterruptedException {
        Path dir = proc.resolve(Integer.toString(pid));
        if (!stat.isComplete() || stat.isZombie()) {
            return null;
        }
        Map<String, String[]> status = status(ByteStringFiles.read(dir.resolve("status"), SMALL));
        if (number(first(status, "Tgid")) != pid) {
            return null;
        }
        String exe = ByteStringFiles.readLink(dir.resolve("exe"));
        String loginuid = ByteStringFiles.read(dir.resolve("loginuid"), SMALL).strip();
        String[] cgroups = cgroups(pid);
        String cgroup = containerCgroup(cgroups);
        int uid = number(second(status, "Uid"));
        String owner = owner(pid, uid, ContainerIds.fromCgroupPath(cgroup));
        Memory memory = memory(owner, dir);
        boolean namespaced = values(status, "NSpid").length > 1;
        RecordBuilder builder = new RecordBuilder(RECORD_PROCESS)
                .header(HEADER_TIME_NS, timeNanos)
                .header(HEADER_TGID, pid)
                .header(HEADER_TID, pid)
                .header(HEADER_UID, uid)
                .header(HEADER_GID, number(second(status, "Gid")))
                .header(HEADER_CGROUP_ID, cgroupFileSystem.id(unifiedCgroup(cgroups)))
                .body(EXEC_START_NS, stat.startTicks() * TICK_NANOS)
                .body(EXEC_PIDNS_START_NS, namespaced ? 0 : initStartNanos())
                .header(HEADER_CAP_INHERITABLE, hexadecimal(first(status, "CapInh")))
                .header(HEADER_CAP_PERMITTED, hexadecimal(first(status, "CapPrm")))
                .header(HEADER_CAP_EFFECTIVE, hexadecimal(first(status, "CapEff")))
                .body(EXEC_PPID, stat.parent())
                .body(EXEC_VPID, innermost(status, "NSpid", pid))
                .body(EXEC_SID, innermost(status, "NSsid", stat.session()))
                .body(EXEC_VPGID, innermost(status, "NSpgid", stat.group()))
                .body(EXEC_PGID, stat.group())
                .body(EXEC_TTY, stat.tty())
                .body(EXEC_LOGINUID, loginuid.isEmpty() ? -1 : number(loginuid))
                .body(EXEC_MINOR_FAULTS, stat.minorFaults())
                .body(EXEC_MAJOR_FAULTS, stat.majorFaults())
                .body(EXEC_COMM, stat.comm().getBytes(StandardCharsets.ISO_8859_1), COMM_SIZE)
                .name(exe.endsWith(DELETED) ? exe.substring(0, exe.length() - DELETED.length()) : exe)
                .name(ByteStringFiles.readLink(dir.resolve("cwd")))
                .text(memory.arguments)
                .text(memory.environment)
                .text(cgroup)
                .body(EXEC_FD_LIMIT, fdLimit(ByteStringFiles.read(dir.resolve("limits"), SMALL)))
                .body(EXEC_VM_SIZE, number(first(status, "VmSize")))
                .body(EXEC_VM_RSS, number(first(status, "VmRSS")))
                .body(EXEC_VM_SWAP, number(first(status, "VmSwap")));
        if (exe.equals(ByteStringFiles.TRUNCATED)) {
            builder.header(HEADER_MARKS, MARK_NAME_0_TRUNCATED);
        }
        builder.body(EXEC_MARK, (int) (stat.argumentsAddress() >>> MARK_SHIFT));
        executable(owner, dir, exe, builder);
        return builder.build();
    }

    /** Returns a cgroup of the process that belongs to a container, from any hierarchy; otherwise the unified cgroup. */
    private static String containerCgroup(String[] lines) {
        for (String line : lines) {
            String path = line.substring(line.indexOf(':', line.indexOf(':') + 1) + 1);
            if (!ContainerIds.fromCgroupPath(path).isEmpty()) {
                return path;
            }
        }
        return unifiedCgroup(lines);
    }

    private String[] cgroups(int pid) {
        return ByteStringFiles.read(proc.resolve(pid + "/cgroup"), SMALL).split("\n");
    }

    private long initStartNanos() {
        if (initStartNanos < 0) {
            initStartNanos = stat(1).startTicks() * TICK_NANOS;
        }
        return initStartNanos;
    }

    /** Returns the soft limit of open files; -1 for unlimited. */
    private static long fdLimit(String limits) {
        int at = limits.indexOf(OPEN_FILES);
        if (at < 0) {
            return 0;
        }
        StringTokenizer values = new StringTokenizer(limits.substring(at + OPEN_FILES.length()));
        String soft = values.hasMoreTokens() ? values.nextToken() : "";
        return soft.equals("unlimited") ? -1 : number(soft);
    }

    /**
     * Returns who can make the reads of a process hang: its container or its user. Processes of root on the host do not
     * affect each other.
     */
    private static String owner(int pid, int uid, String containerId) {
        if (!containerId.isEmpty()) {
            return containerId;
        }
        return uid == 0 ? "pid " + pid : "uid " + uid;
    }

    /** Reads what is in the memory of the process. It may have mapped a file there whose file system does not answer. */
    private Memory memory(String owner, Path dir) throws InterruptedException {
        return reads.memory()
                .read(
                        owner,
                        replaceThread,
                        () -> new Memory(
                                ByteStringFiles.read(dir.resolve("cmdline"), TEXT_LIMIT),
                                ByteStringFiles.read(dir.resolve("environ"), TEXT_LIMIT)))
                .orElse(new Memory("", ""));
    }

    private void executable(String owner, Path dir, String path, RecordBuilder builder) throws InterruptedException {
        if (path.isEmpty()) {
            return; // kernel threads and ended processes do not have an executable
        }
        FileAttributes exe = reads.executables()
                .read(
                        owner,
                        replaceThread,
                        () -> GuardedFiles.attributes(dir.resolve("exe").toString()))
                .orElse(null);
        if (exe != null) {
            boolean linked = exe.links() > 0;
            boolean memfd = path.startsWith("/memfd:") && !linked;
            int flags = (memfd ? FILE_MEMFD : 0) | (linked ? 0 : EXEC_UNLINKED);
            builder.body(EXEC_FILE_FLAGS, flags | host.flags(dir, exe.device()))
                    .body(EXEC_EXE_INO, exe.ino())
                    .body(EXEC_EXE_DEV, (int) exe.device())
                    .body(EXEC_EXE_MODE, exe.mode())
                    .body(EXEC_EXE_UID, exe.uid())
                    .body(EXEC_EXE_GID, exe.gid())
                    .body(EXEC_EXE_CTIME_NS, exe.ctimeNanos())
                    .body(EXEC_EXE_MTIME_NS, exe.mtimeNanos());
        }
    }

    private static Map<String, String[]> status(String text) {
        Map<String, String[]> map = new HashMap<>();
        for (String line : text.split("\n")) {
            int colon = line.indexOf(':');
            String key = colon > 0 ? line.substring(0, colon) : "";
            if (STATUS_KEYS.contains(key)) {
                StringTokenizer values = new StringTokenizer(line.substring(colon + 1));
                map.put(key, Collections.list(values).toArray(String[]::new));
            }
        }
        return map;
    }

    private static String[] values(Map<String, String[]> status, String key) {
        String[] values = status.get(key);
        return values == null ? new String[0] : values;
    }

    private static String first(Map<String, String[]> status, String key) {
        return Arrays.stream(values(status, key)).findFirst().orElse("");
    }

    private static String second(Map<String, String[]> status, String key) {
        return Arrays.stream(values(status, key)).skip(1).findFirst().orElse("");
    }

    private static int innermost(Map<String, String[]> status, String key, int defaultValue) {
        String[] values = values(status, key);
        return values.length == 0 ? defaultValue : number(values[values.length - 1]);
    }

    /** Parses a signed or unsigned 32-bit number; returns 0 if it is invalid. */
    static int number(String text) {
        try {
            return (int) Long.parseLong(text);
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private static long hexadecimal(String text) {
        try {
            return Long.parseUnsignedLong(text, 16);
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
