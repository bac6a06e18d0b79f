/**
 * The capture program as a whole: its start and end, its preconditions, the prefilter tables and process masks that user space
 * writes, and the counters of losses that it reads.
 *
 * <p>The parts depend on each other in one direction: {@link io.tiercel.sensor.bpf.record} is the lowest, then {@link
 * io.tiercel.sensor.bpf.host}, {@link io.tiercel.sensor.bpf.load} and {@link io.tiercel.sensor.bpf.hooks}. This package is above
 * them. It depends on the rules engine's event types otherwise. The event thread runs it, except for {@link
 * io.tiercel.sensor.bpf.BackgroundProgramLoader}, which loads the program on its own thread, and the programs for io_uring, which
 * are loaded on another.
 */
@NullMarked
package io.tiercel.sensor.bpf;

import org.jspecify.annotations.NullMarked;
