package io.tiercel.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The system libraries of an image for another architecture than that of this machine, which {@code infra/image/system-libraries}
 * found in unpacked Debian packages.
 */
final class ForeignLibraries {
    private static final String LIST = "system-libraries.txt";
    private static final int FIELDS = 3;

    private ForeignLibraries() {}

    /**
     * A library.
     *
     * @param path the absolute path in the image
     * @param file the file on this machine
     * @param owner the package: name, version and architecture
     */
    record ForeignLibrary(String path, Path file, List<String> owner) {}

    /** Returns true if an image folder is for another architecture. */
    static boolean isForeign(Path folder) {
        return Files.exists(folder.resolve(LIST));
    }

    /**
     * Returns the libraries of an image folder; empty if it is for the architecture of this machine.
     *
     * @throws ImageException if the list is damaged
     */
    static List<ForeignLibrary> of(Path folder) throws IOException {
        return isForeign(folder)
                ? Files.readAllLines(folder.resolve(LIST)).stream()
                        .map(ForeignLibraries::parse)
                        .toList()
                : List.of();
    }

    private static ForeignLibrary parse(String line) {
        String[] fields = line.split("\t", -1);
        String[] owner = fields.length == FIELDS ? fields[2].split("_", -1) : new String[0];
        if (owner.length != FIELDS) {
            throw new ImageException(LIST + " is damaged: " + line);
        }
        return new ForeignLibrary(
                fields[0], Path.of(fields[1]), List.of(owner[0], owner[1].replace("%3a", ":"), owner[2]));
    }
}
