package io.tiercel.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The machines that programs and shared libraries are for, from their ELF headers. */
final class ElfMachines {
    static final int X86_64 = 62;
    static final int AARCH64 = 183;

    private static final int HEADER = 20;
    private static final int MACHINE = 18;

    private ElfMachines() {}

    /** Returns the machine of each program and library below a folder. */
    static List<Integer> in(Path folder) throws IOException {
        List<Integer> machines = new ArrayList<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                byte[] header;
                try (InputStream in = Files.newInputStream(file)) {
                    header = in.readNBytes(HEADER);
                }
                if (header.length == HEADER && header[0] == 0x7f && header[1] == 'E' && header[2] == 'L') {
                    machines.add((header[MACHINE] & 0xff) | ((header[MACHINE + 1] & 0xff) << Byte.SIZE));
                }
            }
        }
        return machines;
    }
}
