package io.tiercel.sensor.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tiercel.sensor.bpf.hooks.SyscallSource;
import io.tiercel.sensor.bpf.load.ArgumentSource;
import io.tiercel.sensor.bpf.load.RejectedProgram;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a variant of the capture program says about its limitations. */
@Tag("unit")
class CaptureVariantTest {
    private static List<String> limitations(ArgumentSource source, boolean ioUring, String... rejected) {
        List<RejectedProgram> programs = List.of(rejected).stream()
                .map(name -> new RejectedProgram(name, 22, List.of()))
                .toList();
        return new CaptureVariant("typed", false, source, SyscallSource.TRACEPOINT, ioUring, programs)
                .limitations().stream().map(CaptureLimitation::code).toList();
    }

    @Test
    void aKernelThatShowsEverythingHasNoLimitations() {
        assertEquals(List.of(), limitations(ArgumentSource.HOOKS, true));
        assertEquals(List.of(), limitations(ArgumentSource.PATH_COPIES, true));
    }

    @Test
    void limitationsNameWhatTheKernelDoesNotShow() {
        assertEquals(List.of("io_uring"), limitations(ArgumentSource.HOOKS, false));
        assertEquals(List.of("io_uring", "arguments_changed_twice"), limitations(ArgumentSource.ENTRY_AND_EXIT, false));
        assertEquals(List.of("arguments_at_exit"), limitations(ArgumentSource.EXIT, true));
    }

    @Test
    void aRejectedProgramIsALimitationOnce() {
        assertEquals(List.of("io_uring"), limitations(ArgumentSource.HOOKS, false, "on_io_uring_complete"));
        assertEquals(
                List.of("rejected_programs"), limitations(ArgumentSource.HOOKS, true, "on_putname", "on_name_free"));
    }
}
