/**
 * The records of the ring buffer: their layout, which {@code bpf/layout.h} shares with C, views and builders of them, and the table of
 * syscalls with their parameters.
 *
 * <p>It depends on the rules engine's event types only. The event thread reads records. Threads of other packages build state records.
 */
@NullMarked
package io.tiercel.sensor.bpf.record;

import org.jspecify.annotations.NullMarked;
