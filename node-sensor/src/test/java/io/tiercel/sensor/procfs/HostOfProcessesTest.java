package io.tiercel.sensor.procfs;

import static io.tiercel.sensor.bpf.record.RecordLayout.EXEC_HOST_DISK;
import static io.tiercel.sensor.bpf.record.RecordLayout.EXEC_HOST_MOUNTS;
import static io.tiercel.sensor.bpf.record.RecordLayout.EXEC_HOST_OWNED;
import static io.tiercel.sensor.bpf.record.RecordLayout.EXEC_HOST_USERS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class HostOfProcessesTest {
    private static final String HOST_USERS = "user:[4026531837]";
    private static final String HOST_MOUNTS = "mnt:[4026531841]";
    private static final int TRUSTED = EXEC_HOST_USERS | EXEC_HOST_OWNED;
    private static final int OTHER_DEVICE = -2;

    @TempDir
    private Path proc;

    @Test
    void processOfTheMachineHasItsMountsAndUsers() throws IOException {
        process(1, HOST_USERS, HOST_MOUNTS, "/");
        int flags = flags(process(5, HOST_USERS, HOST_MOUNTS, "/"));
        assertEquals(TRUSTED | EXEC_HOST_MOUNTS, flags);
    }

    @Test
    void ownMountsOrRootDirectoryAreNotThoseOfTheMachine() throws IOException {
        process(1, HOST_USERS, HOST_MOUNTS, "/");
        assertEquals(TRUSTED, flags(process(5, HOST_USERS, "mnt:[4026532001]", "/")));
        assertEquals(TRUSTED, flags(process(6, HOST_USERS, HOST_MOUNTS, proc.toString())));
    }

    @Test
    void userNamespaceOfAnUnprivilegedUserProvesNothing() throws IOException {
        process(1, HOST_USERS, HOST_MOUNTS, "/");
        assertEquals(0, flags(process(5, "user:[4026532001]", HOST_MOUNTS, "/")));
        assertEquals(0, flags(proc.resolve("6")), "a process that does not permit to read its namespaces");
    }

    /** Process 1 of some machines does not permit root to read its namespaces. */
    @Test
    void usersAreKnownWithoutProcessOne() throws IOException {
        assertEquals(TRUSTED, flags(process(5, HOST_USERS, HOST_MOUNTS, "/")));
    }

    /** The test runs in the namespaces of the machine or in those of a container, and the kernel decides which these are. */
    @Test
    void firstUserNamespaceIsTheOneOfTheKernel() throws IOException {
        boolean first = Files.readString(Path.of("/proc/self/uid_map")).strip().matches("0 +0 +4294967295");
        int flags = new HostOfProcesses(Path.of("/proc")).flags(Path.of("/proc/self"), OTHER_DEVICE);
        assertEquals(first ? TRUSTED : 0, flags & TRUSTED);
        assertNotEquals(EXEC_HOST_DISK, flags & EXEC_HOST_DISK);
    }

    private int flags(Path process) {
        return new HostOfProcesses(proc).flags(process, OTHER_DEVICE);
    }

    private Path process(int pid, String users, String mounts, String root) throws IOException {
        Path process = proc.resolve(Integer.toString(pid));
        Path namespaces = Files.createDirectories(process.resolve("ns"));
        Files.createSymbolicLink(namespaces.resolve("user"), Path.of(users));
        Files.createSymbolicLink(namespaces.resolve("mnt"), Path.of(mounts));
        Files.createSymbolicLink(process.resolve("root"), Path.of(root));
        return process;
    }
}
