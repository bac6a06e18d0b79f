package io.tiercel.sensor.bpf;

import java.util.List;

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

    /** Returns the variant with another source of syscalls. */
    CaptureVariant seenBy(SyscallSource source) {
        return new CaptureVariant(name, fallback, arguments, source, ioUring, rejected);
    }
}
