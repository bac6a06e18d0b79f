package io.tiercel.sensor.bpf.host;

import jnr.ffi.Pointer;
import jnr.ffi.annotations.SaveError;
import jnr.ffi.types.off_t;
import jnr.ffi.types.size_t;
import org.jspecify.annotations.Nullable;

/**
 * Functions that the JDK does not provide: mapping a BPF map, releasing memory, duplicating and awaiting a file descriptor,
 * reading the boot clock.
 * Annotations give the C types of numbers. {@link NativeFunctions} implements the calls.
 */
public interface LibC {
    @SaveError
    @Nullable
    Pointer mmap(@Nullable Pointer at, @size_t long length, int protection, int flags, int fd, @off_t long offset);

    /** Advises the kernel about memory that is mapped, in whole pages. */
    int madvise(Pointer at, @size_t long length, int advice);

    int munmap(Pointer at, @size_t long length);

    int poll(Pointer descriptors, @size_t long count, int timeoutMillis);

    int close(int fd);

    /** Returns a new file descriptor of the same file for the command F_DUPFD_CLOEXEC, or -1. The C function has more commands. */
    @SaveError
    int fcntl(int fd, int command, int minimum);

    int clock_gettime(int clock, Pointer time);

    /** Returns the size of a page in bytes, which is 4, 16 or 64 KiB on arm64. */
    int getpagesize();

    int setpriority(int which, int who, int nice);
}
