package io.tiercel.release;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A folder that {@code ./tiercel image} made.
 *
 * @param folder contains a Java runtime, jars and an AOT cache
 */
record Tree(Kind kind, Architecture architecture, Path folder) {
    /** The program in the folder. */
    enum Kind {
        sensor,
        server
    }

    /** Files of the image build, which the programs do not need. */
    private static final List<String> LEFT_OUT = List.of("made-from");

    /** Parses {@code KIND:ARCHITECTURE=FOLDER}. */
    static Tree parse(String text) {
        String[] parts = text.split("[:=]", 3);
        if (parts.length != 3) {
            throw new ReleaseException("expected KIND:ARCHITECTURE=FOLDER, found: " + text);
        }
        try {
            Tree tree = new Tree(Kind.valueOf(parts[0]), Architecture.valueOf(parts[1]), Path.of(parts[2]));
            if (!Files.isDirectory(tree.folder.resolve("runtime"))) {
                throw new ReleaseException(tree.folder + " has no Java runtime; run ./tiercel image " + tree.kind);
            }
            return tree;
        } catch (IllegalArgumentException e) {
            throw new ReleaseException("unknown kind or architecture: " + text, e);
        }
    }

    /** Returns {@code tiercel-KIND}, which is also the package's name. */
    String program() {
        return "tiercel-" + kind;
    }

    /** Returns the regular files, sorted by their path. */
    List<Path> files() throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile)
                    .filter(file -> !LEFT_OUT.contains(folder.relativize(file).toString()))
                    .sorted()
                    .toList();
        }
    }

    /** Returns the paths of all folders below the folder, sorted. The folder itself is an empty text. */
    List<String> folders() throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isDirectory).map(this::relative).sorted().toList();
        }
    }

    /** Returns the path of a file below the folder. */
    String relative(Path file) {
        return folder.relativize(file).toString();
    }
}
