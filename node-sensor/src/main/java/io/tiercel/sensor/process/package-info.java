/**
 * The state of the node that events refer to: processes, cgroups, mounts and resolved host names.
 *
 * <p>Only records change it, so a replay builds the same state as the live sensor. May depend on {@code bpf}, {@code
 * container} and {@code users}. Runs on the event thread and never blocks.
 */
@NullMarked
package io.tiercel.sensor.process;

import org.jspecify.annotations.NullMarked;
