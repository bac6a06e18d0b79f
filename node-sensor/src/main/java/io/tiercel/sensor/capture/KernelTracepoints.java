package io.tiercel.sensor.capture;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/**
 * The tracepoints of a kernel, told from its BTF: each has a type {@code btf_trace_NAME}, and the names of types stand in
 * it as zero-terminated strings (Documentation/bpf/btf.rst in the kernel's sources).
 */
final class KernelTracepoints {
    private static final byte[] PREFIX = "btf_trace_".getBytes(StandardCharsets.US_ASCII);
    private static final int MAX_NAME = 128;
    private static final int BUFFER = 1 << 16;

    private final Set<String> names = new HashSet<>();

    /** Reads {@code file}, such as {@code /sys/kernel/btf/vmlinux}; if it cannot be read there are no tracepoints. */
    KernelTracepoints(Path file) {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), BUFFER)) {
            read(in);
        } catch (IOException e) {
            names.clear();
        }
    }

    boolean has(String name) {
        return names.contains(name);
    }

    private void read(InputStream in) throws IOException {
        StringBuilder name = new StringBuilder();
        int matched = 0;
        boolean start = true;
        for (int c = in.read(); c >= 0; c = in.read()) {
            if (c == 0) {
                if (matched == PREFIX.length && name.length() <= MAX_NAME) {
                    names.add(name.toString());
                }
                name.setLength(0);
                matched = 0;
                start = true;
            } else if (matched == PREFIX.length) {
                if (name.length() <= MAX_NAME) {
                    name.append((char) c);
                }
            } else if (start && c == PREFIX[matched]) {
                matched++;
            } else {
                start = false;
            }
        }
    }
}
