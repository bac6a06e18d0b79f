/**
 * Readers of {@code /proc} and the cgroup file system, which turn what they find into records.
 *
 * <p>May depend on {@code bpf}, {@code container}, {@code users} and {@code process}. {@code StateLoader} runs on the event
 * thread: it reads all processes at the start and unknown ones when their first event arrives. {@code StateResync} reads on
 * its own thread.
 */
@NullMarked
package io.tiercel.sensor.procfs;

import org.jspecify.annotations.NullMarked;
