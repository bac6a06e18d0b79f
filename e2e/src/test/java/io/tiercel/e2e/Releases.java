package io.tiercel.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Runs {@code ./tiercel package} on what Maven has built, and finds files in release folders. */
final class Releases {
    /** The architecture of this machine, as packages name it. */
    static final String OWN = System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64";

    /** The other architecture. */
    static final String OTHER = OWN.equals("arm64") ? "amd64" : "arm64";

    private Releases() {}

    /** Makes a release, which must succeed. */
    static void make(String... arguments) throws Exception {
        Tool.Result result = tryToMake(arguments);
        assertEquals(0, result.status(), result.text());
    }

    /** Runs the command. */
    static Tool.Result tryToMake(String... arguments) throws Exception {
        List<String> all = new ArrayList<>(List.of("package"));
        all.addAll(List.of(arguments));
        return new Tool(Tiercel.ROOT.resolve("tiercel").toString(), Map.of("TIERCEL_BUILD", "no"))
                .run(all.toArray(String[]::new));
    }

    /** Returns the only file in a folder whose name matches a regular expression. */
    static Path only(Path in, String pattern) throws IOException {
        try (Stream<Path> files = Files.list(in)) {
            List<Path> found = files.filter(
                            file -> file.getFileName().toString().matches(pattern))
                    .toList();
            assertEquals(1, found.size(), () -> pattern + " in " + in + ": " + found);
            return found.getFirst();
        }
    }
}
