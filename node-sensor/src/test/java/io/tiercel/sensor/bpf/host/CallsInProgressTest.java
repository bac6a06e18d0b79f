package io.tiercel.sensor.bpf.host;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class CallsInProgressTest {
    private static final Set<Integer> WANTED = Set.of(43, 257);

    @TempDir
    private Path proc;

    private Path thread(String process, String thread, String call) throws IOException {
        Path folder =
                Files.createDirectories(proc.resolve(process).resolve("task").resolve(thread));
        return Files.writeString(folder.resolve("syscall"), call);
    }

    @Test
    void countsThreadsInWantedSyscallsUntilTheyAreSeenElsewhere() throws IOException {
        Path waiting = thread("10", "11", "43 0x3 0x0 0x0 0x0 0x0 0x0 0x7ffd12345678 0x7f0012345678\n");
        Path ended = thread("10", "12", "257 0x3 0x0 0x0 0x0 0x0 0x0 0x7ffd12345678 0x7f0012345678\n");
        thread("20", "20", "202 0x3 0x0 0x0 0x0 0x0 0x0 0x7ffd12345678 0x7f0012345678\n");
        thread("30", "30", "running\n");
        thread("40", "40", "-1 0x7ffd12345678 0x7f0012345678\n");
        thread("50", "50", "43 0x3 0x0 0x0 0x0 0x0 0x0 0x7ffd12345678 0x7f0012345678\n");
        Files.createDirectories(proc.resolve("60"));
        Files.createDirectories(proc.resolve("sys"));
        CallsInProgress calls = new CallsInProgress(proc, 50, CpuArchitecture.X86_64);
        calls.add(WANTED);
        assertEquals(2, calls.count());
        Files.delete(ended);
        assertEquals(1, calls.count());
        Files.writeString(waiting, "running\n");
        assertEquals(0, calls.count());
    }

    @Test
    void moreThreadsThanTheLimitCountUntilTheEnd() throws IOException {
        for (int i = 0; i <= CallsInProgress.MAX_THREADS; i++) {
            thread("10", Integer.toString(i), "43 0x3 0x0 0x0 0x0 0x0 0x0 0x7ffd12345678 0x7f0012345678\n");
        }
        CallsInProgress calls = new CallsInProgress(proc, 50, CpuArchitecture.X86_64);
        calls.add(WANTED);
        for (int i = 0; i <= CallsInProgress.MAX_THREADS; i++) {
            thread("10", Integer.toString(i), "running\n");
        }
        assertEquals(CallsInProgress.MAX_THREADS, calls.count());
    }
}
