package io.tiercel.sensor.bpf.host;

import jnr.ffi.Pointer;

/**
 * Functions of the C library that open and describe files in ways that the JDK lacks. No argument is in the Java heap, so
 * that a call that the kernel does not answer never delays the garbage collector.
 */
interface FileLibC {
    int open(Pointer path, int flags);

    long read(int fd, Pointer bytes, long count);

    int close(int fd);

    /** For {@code openat2}, which the C library lacks. */
    long syscall(long number, long first, Pointer second, Pointer third, long fourth);

    int statx(int directory, Pointer path, int flags, int mask, Pointer result);
}
