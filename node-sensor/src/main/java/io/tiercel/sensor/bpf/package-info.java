/** Where events come from: the kernel through libbpf, or a recording. */
@NullMarked
package io.tiercel.sensor.bpf;

import org.jspecify.annotations.NullMarked;
