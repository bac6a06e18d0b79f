package io.tiercel.bench.live;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The files that loads open and change. No rule matches them.
 *
 * @param workingDirectory absolute path of the folder of the file: {@code /tmp/NAME/some/data} with the default folder for
 *     temporary files
 * @param file absolute path of a file
 * @param link absolute path of a symbolic link to the file
 */
record LoadFiles(Path workingDirectory, Path file, Path link) {
    /** Device for reads of one byte. It never ends. */
    static final Path ZEROS = Path.of("/dev/zero");

    /** Creates the files in a folder. */
    static LoadFiles create(Path folder) throws IOException {
        Path data = Files.createDirectories(folder.resolve("some").resolve("data"));
        Path file = Files.writeString(data.resolve("file"), "no rule matches this file");
        return new LoadFiles(data, file, Files.createSymbolicLink(data.resolve("link"), file));
    }

    /** Returns the path of the file relative to the working directory. */
    Path relative() {
        return workingDirectory.relativize(file);
    }
}
