/**
 * The capture program: its loader, ring buffer, record codec, syscall table and prefilter tables.
 *
 * <p>It depends on the rules engine's event types only. The event thread runs it, except for {@link
 * io.tiercel.sensor.bpf.BackgroundProgramLoader}, which loads the program on its own thread, and the programs for io_uring, which
 * are loaded on another.
 */
@NullMarked
package io.tiercel.sensor.bpf;

import org.jspecify.annotations.NullMarked;
