package io.tiercel.sensor.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tiercel.sensor.bpf.LossCounters.Reason;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each reason for a loss, brought about in the kernel. */
class LossCountersTest {
    /** More records than the ring holds. */
    private static final int OPENS = 80_000;

    private static final String OPEN_OFTEN =
            "import os\n" + "for i in range(" + OPENS + "): os.close(os.open('/etc/passwd', os.O_RDONLY))\n";

    private static final String OPEN_DEEP = "import os, sys\n"
            + "os.chdir(sys.argv[1])\n"
            + "for i in range(90): os.mkdir('d'); os.chdir('d')\n"
            + "os.close(os.open('file', os.O_CREAT))\n";

    /** A path that is gone by the time the call returns: it waits in a FIFO, which another thread opens later. */
    private static final String OPEN_AND_FORGET = """
            import ctypes, mmap, os, sys, threading, time
            fifo = sys.argv[1] + '/fifo'
            os.mkfifo(fifo)
            libc = ctypes.CDLL(None)
            page = mmap.mmap(-1, 4096)
            page.write(fifo.encode() + b'\\0')
            address = ctypes.c_void_p(ctypes.addressof(ctypes.c_char.from_buffer(page)))
            thread = threading.Thread(target=lambda: libc.open(address, 0))
            thread.start()
            me = '/proc/self/task/%d/syscall'
            while open(me % thread.native_id).read().split()[0] not in ('2', '257'): time.sleep(0.01)
            time.sleep(0.1)
            libc.munmap(address, ctypes.c_size_t(4096))
            os.close(os.open(fifo, os.O_WRONLY))
            thread.join()
            """;

    @TempDir
    Path folder;

    @BeforeEach
    void capturing() {
        for (PreconditionResult check : Preconditions.check()) {
            assumeTrue(check.passed(), () -> check.name() + ": " + check.detail());
        }
    }

    private void python(String... words) throws Exception {
        ProcessBuilder python = new ProcessBuilder(words)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .inheritIO();
        Process process = python.start();
        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        assertEquals(0, process.exitValue());
    }

    @Test
    void aFullRingCountsOnTheCpuThatFoundItFull() throws Exception {
        try (CaptureProgram program = new CaptureProgram(0, true, RingBufferSize.here())) {
            program.want(Set.of("openat"));
            python("taskset", "-c", "0", "python3", "-S", "-c", OPEN_OFTEN);
            LossCounters losses = program.losses();
            long onFirst = losses.cpus().stream()
                    .filter(cpu -> cpu.cpu() == 0)
                    .mapToLong(cpu -> cpu.of(Reason.RING_FULL))
                    .sum();
            int[] kept = new int[1];
            program.ring().drain((_, _, _) -> kept[0]++, Integer.MAX_VALUE);
            System.out.println("of " + OPENS + " opens " + onFirst + " were lost; " + kept[0] + " records were kept");
            assertTrue(onFirst > 0);
            assertTrue(onFirst <= OPENS, "what was lost on this CPU are these opens, but for a few");
            assertTrue(onFirst + kept[0] >= OPENS, "each is either there or counted");
            assertEquals(losses.events(true), losses.of(Reason.RING_FULL) + losses.of(Reason.TOO_LONG));
        }
    }

    @Test
    void aPathThatIsTooDeepIsCountedAsCut() throws Exception {
        try (CaptureProgram program = new CaptureProgram(0, true, RingBufferSize.here())) {
            program.want(Set.of("openat"));
            long before = program.losses().of(Reason.NAME_CUT);
            python("python3", "-S", "-c", OPEN_DEEP, folder.toString());
            assertTrue(program.losses().of(Reason.NAME_CUT) > before);
            assertEquals(0, program.losses().events(true));
        }
    }

    @Test
    void aTextThatIsGoneIsCounted() throws Exception {
        try (CaptureProgram program = new CaptureProgram(0, true, RingBufferSize.here())) {
            program.want(Set.of("open", "openat"));
            long before = program.losses().of(Reason.TEXT_UNREADABLE);
            python("python3", "-S", "-c", OPEN_AND_FORGET, folder.toString());
            assertTrue(program.losses().of(Reason.TEXT_UNREADABLE) > before);
        }
    }
}
