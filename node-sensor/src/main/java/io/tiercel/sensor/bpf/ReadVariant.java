package io.tiercel.sensor.bpf;

import java.util.Locale;

/** How the capture program reads kernel memory, fastest first: the values of READ_ in {@code bpf/record.h}. */
enum ReadVariant {
    /** Plain loads through typed pointers. The kernel needs {@code bpf_rdonly_cast} (Linux 6.2). */
    TYPED,
    /** Plain loads where the task pointer allows it, and helper calls that copy adjacent members together. */
    CHUNKED,
    /** One helper call for each member. */
    PLAIN;

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
