/**
 * Readers of {@code /proc} and the cgroup file system, which turn what they find into records.
 *
 * <p>May depend on {@code bpf}, {@code container}, {@code users} and {@code process}. {@code StateReader} and {@code
 * StateResync} read on their own threads. The event thread calls only their methods that never wait. Reads that a process can
 * make hang run on threads that {@code AbandonableReads} can abandon.
 */
@NullMarked
package io.tiercel.sensor.procfs;

import org.jspecify.annotations.NullMarked;
