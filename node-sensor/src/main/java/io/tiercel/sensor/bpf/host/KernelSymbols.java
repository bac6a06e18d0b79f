package io.tiercel.sensor.bpf.host;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** The kernel's symbols of syscalls, and of its preemption mode, from {@code /proc/kallsyms}. */
public final class KernelSymbols {
    public static final String PREEMPTION_MODE = "preempt_dynamic_mode";

    private static final Path KALLSYMS = Path.of("/proc/kallsyms");
    private static final String FUNCTION_PREFIX = "__x64_sys_";

    /** More than any kernel with all its modules has. */
    private static final int MAX_LINES = 4_000_000;

    private final Map<String, Long> addresses;

    public KernelSymbols(Map<String, Long> addresses) {
        this.addresses = Map.copyOf(addresses);
    }

    /** Reads the symbols of this kernel. */
    public static KernelSymbols ofKernel() throws IOException {
        Map<String, Long> addresses = new HashMap<>();
        try (BufferedReader reader = Files.newBufferedReader(KALLSYMS, StandardCharsets.ISO_8859_1)) {
            String line = reader.readLine();
            for (int i = 0; line != null && i < MAX_LINES; i++, line = reader.readLine()) {
                if (line.contains(FUNCTION_PREFIX) || line.endsWith(PREEMPTION_MODE)) {
                    String[] words = line.split("[ \t]", 4); // address, type, name, module
                    addresses.putIfAbsent(words[2], Long.parseUnsignedLong(words[0], 16));
                }
            }
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
            throw new IOException("/proc/kallsyms has an unknown form", e);
        }
        return new KernelSymbols(addresses);
    }

    /** Returns true if the kernel has a symbol. */
    public boolean has(String name) {
        return addresses.containsKey(name);
    }

    /** Returns the address of a symbol; 0 if it is unknown, or if the kernel hides addresses. */
    public long address(String name) {
        return addresses.getOrDefault(name, 0L);
    }
}
