package io.tiercel.sensor.procfs;

import static io.tiercel.sensor.bpf.record.RecordLayout.EXEC_HOST_DISK;
import static io.tiercel.sensor.bpf.record.RecordLayout.EXEC_HOST_MOUNTS;
import static io.tiercel.sensor.bpf.record.RecordLayout.EXEC_HOST_OWNED;
import static io.tiercel.sensor.bpf.record.RecordLayout.EXEC_HOST_USERS;

import io.tiercel.sensor.bpf.host.GuardedFiles;
import java.nio.file.Path;

/**
 * Tells whether processes see the machine's files, as its root arranged them. It compares them with process 1. If process 1 does
 * not permit that, only what it would have proven is missing.
 *
 * <p>{@code /proc} does not show whether a file is in an image. Therefore an executable that only a container has is not trusted
 * until the sensor sees its exec.
 */
final class HostOfProcesses {
    /** The first user namespace, whose inode number is the same on all machines (PROC_USER_INIT_INO in linux/proc_ns.h). */
    private static final String HOST_USERS = "user:[" + 0xEFFFFFFDL + "]";

    private final Path init;
    private String mounts = "";
    private long disk = -1;

    HostOfProcesses(Path proc) {
        this.init = proc.resolve("1");
    }

    /**
     * Returns the {@code EXEC_HOST_} flags of a process.
     *
     * @param process its directory in {@code /proc}
     * @param device the device of its executable
     */
    int flags(Path process, long device) {
        if (mounts.isEmpty()) {
            readInit();
        }
        if (!link(process, "ns/user").equals(HOST_USERS)) {
            return 0;
        }
        boolean hostMounts = !mounts.isEmpty()
                && link(process, "ns/mnt").equals(mounts)
                && link(process, "root").equals("/");
        return EXEC_HOST_USERS
                | EXEC_HOST_OWNED
                | (hostMounts ? EXEC_HOST_MOUNTS : 0)
                | (device == disk ? EXEC_HOST_DISK : 0);
    }

    private void readInit() {
        mounts = link(init, "ns/mnt");
        GuardedFiles.FileAttributes root =
                GuardedFiles.attributes(init.resolve("root").toString());
        disk = root == null ? -1 : root.device();
    }

    private static String link(Path process, String name) {
        return ByteStringFiles.readLink(process.resolve(name));
    }
}
