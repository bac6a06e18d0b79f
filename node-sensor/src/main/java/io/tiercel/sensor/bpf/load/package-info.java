/**
 * Loading with libbpf: the object file, its maps and ring buffer, programs and links, the kernel's types (BTF), and what the
 * verifier says of programs that it rejects.
 *
 * <p>It depends on {@link io.tiercel.sensor.bpf.host}. The thread that loads the capture program runs it. Only the event thread reads the
 * ring buffer.
 */
@NullMarked
package io.tiercel.sensor.bpf.load;

import org.jspecify.annotations.NullMarked;
