/**
 * The host as the sensor finds it: the C library, the kernel's symbols, functions and boot parameters, the processor's
 * architecture, the calls that are in progress, and files that other processes may exchange while they are read.
 *
 * <p>It depends on {@link io.tiercel.sensor.bpf.record}. The thread that loads the capture program runs it; files are read on the
 * threads of their callers.
 */
@NullMarked
package io.tiercel.sensor.bpf.host;

import org.jspecify.annotations.NullMarked;
