/**
 * Hooks: LSM hooks, which see the kernel's own copies of paths and addresses, and hooks on the functions of syscalls, which replace
 * the tracepoint of all syscalls. It decides which a kernel allows and attaches and watches them.
 *
 * <p>It depends on {@link io.tiercel.sensor.bpf.load}, {@link io.tiercel.sensor.bpf.host} and {@link io.tiercel.sensor.bpf.record}. The
 * event thread runs it, except for the thread {@code syscall-hooks}, which attaches and detaches them.
 */
@NullMarked
package io.tiercel.sensor.bpf.hooks;

import org.jspecify.annotations.NullMarked;
