package io.tiercel.sensor.bpf;

import io.tiercel.sensor.bpf.hooks.SyscallSource;
import io.tiercel.sensor.bpf.load.ArgumentSource;
import io.tiercel.sensor.bpf.load.RejectedProgram;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The variant of the capture program that the kernel loaded.
 *
 * @param name {@code typed}, {@code chunked} or {@code plain}, fastest first
 * @param fallback whether the kernel supports a better variant but its verifier rejected it
 * @param arguments where it reads paths and addresses
 * @param syscalls where it sees that a syscall has ended
 * @param ioUring whether it captures requests of io_uring
 * @param rejected the optional programs that the kernel rejected; each one's group is left out
 */
public record CaptureVariant(
        String name,
        boolean fallback,
        ArgumentSource arguments,
        SyscallSource syscalls,
        boolean ioUring,
        List<RejectedProgram> rejected) {
    public CaptureVariant {
        rejected = List.copyOf(rejected);
    }

    /** Returns what the capture cannot see on this kernel, in the order of the constants. */
    public List<CaptureLimitation> limitations() {
        EnumSet<CaptureLimitation> limitations = EnumSet.noneOf(CaptureLimitation.class);
        if (!ioUring) {
            limitations.add(CaptureLimitation.IO_URING);
        }
        if (arguments == ArgumentSource.EXIT) {
            limitations.add(CaptureLimitation.ARGUMENTS_AT_EXIT);
        }
        if (arguments == ArgumentSource.ENTRY_AND_EXIT) {
            limitations.add(CaptureLimitation.ARGUMENTS_CHANGED_TWICE);
        }
        if (rejected.stream().anyMatch(program -> !ProgramGroup.IO_URING.equals(ProgramGroup.of(program.name())))) {
            limitations.add(CaptureLimitation.REJECTED_PROGRAMS);
        }
        return List.copyOf(limitations);
    }

    /**
     * Returns the variant with the result of the programs for io_uring.
     *
     * @param program the one that the kernel rejected; null if it accepted all
     */
    CaptureVariant withIoUring(@Nullable RejectedProgram program) {
        List<RejectedProgram> all = new ArrayList<>(rejected);
        if (program != null) {
            all.add(program);
        }
        return new CaptureVariant(name, fallback, arguments, syscalls, program == null, all);
    }

    /** Returns the variant with another source of syscalls. */
    CaptureVariant seenBy(SyscallSource source) {
        return new CaptureVariant(name, fallback, arguments, source, ioUring, rejected);
    }
}
