package io.tiercel.sensor.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tiercel.sensor.bpf.LossCounters.Reason;
import io.tiercel.sensor.bpf.load.ArgumentSource;
import io.tiercel.sensor.bpf.load.CaptureSizes;
import io.tiercel.sensor.bpf.load.RingBufferSize;
import io.tiercel.sensor.bpf.record.RecordView;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each reason for a loss, provoked in the kernel. */
@Tag("live")
class LossCountersTest {
    /** More records than the smallest ring holds. */
    private static final int CALLS = 80_000;

    /** Losses that the start and end of other programs can add on the same CPU. */
    private static final int OTHER_LOSSES = 10_000;

    /** A syscall that other programs do not make. */
    private static final String RARE_SYSCALL = "sched_rr_get_interval";

    private static final String CALL_OFTEN =
            "import os\n" + "for i in range(" + CALLS + "): os." + RARE_SYSCALL + "(0)\n";

    private static final String OPEN_DEEP = "import os, sys\n"
            + "os.chdir(sys.argv[1])\n"
            + "for i in range(1100): os.mkdir('d'); os.chdir('d')\n"
            + "os.close(os.open('file-at-the-bottom', os.O_CREAT))\n"
            + "os.remove('file-at-the-bottom')\n"
            + "for i in range(1100): os.chdir('..'); os.rmdir('d')\n";

    /** The path is unmapped before the syscall returns: the open waits for a FIFO that another thread opens later. */
    private static final String OPEN_AND_UNMAP = """
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
    void assumeCaptureIsPossible() {
        for (PreconditionResult check : Preconditions.check()) {
            assumeTrue(check.passed(), () -> check.name() + ": " + check.detail());
        }
    }

    private void run(String... command) throws Exception {
        Process process = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .inheritIO()
                .start();
        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        assertEquals(0, process.exitValue());
    }

    @Test
    void aFloodIsCountedOnItsCpuAndByProcess() throws Exception {
        try (CaptureProgram program = new CaptureProgram(0, true, CaptureSizes.withRing(RingBufferSize.forCpus(1)))) {
            program.selectEventTypes(Set.of(RARE_SYSCALL));
            run("taskset", "-c", "0", "python3", "-S", "-c", CALL_OFTEN);
            LossCounters losses = program.losses();
            long onFirst = losses.cpus().stream()
                    .filter(cpu -> cpu.cpu() == 0)
                    .mapToLong(cpu -> cpu.count(Reason.RING_FULL) + cpu.count(Reason.OVER_BUDGET))
                    .sum();
            int[] kept = new int[1];
            program.ring().drain((_, _, _) -> kept[0]++, Integer.MAX_VALUE);
            assertTrue(onFirst > 0);
            assertTrue(onFirst <= CALLS + OTHER_LOSSES, () -> onFirst + " losses on one CPU");
            assertTrue(onFirst + kept[0] >= CALLS, () -> onFirst + " lost, " + kept[0] + " kept");
            assertEquals(0, losses.count(Reason.RING_FULL), "before budgets, one process could fill the ring buffer");
            LossGroup loudest = program.takeLossGroups().stream()
                    .max(Comparator.comparingLong(LossGroup::records))
                    .orElseThrow();
            assertTrue(loudest.records() - loudest.stateRecords() <= onFirst, () -> loudest + " of " + onFirst);
            assertTrue(loudest.records() > onFirst - OTHER_LOSSES, () -> loudest + " of " + onFirst);
            assertTrue(loudest.comm().startsWith("python"), loudest::toString);
            assertTrue(loudest.isUser(), loudest::toString);
            assertEquals(
                    List.of(),
                    program.takeLossGroups().stream().filter(loudest::equals).toList());
        }
    }

    @Test
    void aPathThatIsTooDeepIsCountedAsTruncated() throws Exception {
        try (CaptureProgram program = new CaptureProgram(0, true, CaptureSizes.withRing(RingBufferSize.forCpus(32)))) {
            program.selectEventTypes(Set.of("openat"));
            long before = program.losses().count(Reason.PATH_TRUNCATED);
            run("python3", "-S", "-c", OPEN_DEEP, folder.toString());
            assertTrue(program.losses().count(Reason.PATH_TRUNCATED) > before);
            RecordView view = new RecordView();
            List<String> names = new ArrayList<>();
            program.ring()
                    .drain(
                            (buffer, offset, length) -> {
                                if (view.wrap(buffer, offset, length)
                                        && view.textOrEmpty(0).equals("file-at-the-bottom")) {
                                    names.add(view.name(0));
                                }
                            },
                            Integer.MAX_VALUE);
            assertEquals(List.of("..." + "/d".repeat(1023) + "/file-at-the-bottom"), names);
        }
    }

    @Test
    void anArgumentThatIsUnmappedIsCountedAsUnreadable() throws Exception {
        try (CaptureProgram program = new CaptureProgram(0, true, CaptureSizes.forThisMachine(), ArgumentSource.EXIT)) {
            program.selectEventTypes(Set.of("open", "openat"));
            long before = program.losses().count(Reason.ARGUMENT_UNREADABLE);
            run("python3", "-S", "-c", OPEN_AND_UNMAP, folder.toString());
            assertTrue(program.losses().count(Reason.ARGUMENT_UNREADABLE) > before);
        }
    }
}
