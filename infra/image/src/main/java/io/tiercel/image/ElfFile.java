package io.tiercel.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/** The header of a program or shared library. */
final class ElfFile {
    private static final byte[] MAGIC = {0x7f, 'E', 'L', 'F'};
    private static final int MACHINE = 18;
    private static final int HEADER = MACHINE + 2;
    private static final int BYTE = 0xff;
    private static final int EM_X86_64 = 62;
    private static final int EM_AARCH64 = 183;

    private ElfFile() {}

    /**
     * Returns the architecture of a program or library, as images name it; empty if the file is neither.
     *
     * @throws IOException if the file cannot be read
     */
    static Optional<String> architecture(Path file) throws IOException {
        byte[] header;
        try (var in = Files.newInputStream(file)) {
            header = in.readNBytes(HEADER);
        }
        if (header.length < HEADER || !Arrays.equals(header, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            return Optional.empty();
        }
        int machine = (header[MACHINE] & BYTE) | ((header[MACHINE + 1] & BYTE) << Byte.SIZE);
        return Optional.of(
                switch (machine) {
                    case EM_X86_64 -> "amd64";
                    case EM_AARCH64 -> "arm64";
                    default -> "machine " + machine;
                });
    }
}
