package io.tiercel.image;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The shared libraries of this machine that programs and libraries in a folder want, the dynamic loader among them, as
 * {@code ldd} tells them: what stands in an image beside the folder when there is no distribution below it.
 */
final class SystemLibraries {
    private static final Pattern PATH = Pattern.compile("(/\\S+) \\(0x[0-9a-f]+\\)");
    private static final Pattern MISSING = Pattern.compile("(\\S+) => not found");
    private static final byte[] ELF = {0x7f, 'E', 'L', 'F'};

    private SystemLibraries() {}

    /**
     * Absolute paths, in the order of their names; those inside the folder are left out.
     *
     * @param further libraries that are opened by name at run time
     */
    static SortedSet<Path> wantedBy(Path folder, List<Path> further) throws IOException {
        List<Path> own;
        try (Stream<Path> files = Files.walk(folder)) {
            own = files.filter(Files::isRegularFile)
                    .filter(SystemLibraries::isElf)
                    .toList();
        }
        Set<String> ownNames =
                own.stream().map(file -> file.getFileName().toString()).collect(Collectors.toSet());
        SortedSet<Path> found = new TreeSet<>(further);
        Stream.concat(own.stream(), further.stream()).forEach(file -> found.addAll(ldd(file, ownNames)));
        found.removeIf(file -> file.startsWith(folder));
        return found;
    }

    private static boolean isElf(Path file) {
        try (var in = Files.newInputStream(file)) {
            return Arrays.equals(in.readNBytes(ELF.length), ELF);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> ldd(Path file, Set<String> ownNames) {
        try {
            Process ldd = new ProcessBuilder("ldd", file.toString())
                    .redirectErrorStream(true)
                    .start();
            String said = new String(ldd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            MISSING.matcher(said)
                    .results()
                    .map(missing -> missing.group(1))
                    .filter(name -> !ownNames.contains(name)) // the Java machine finds its own by itself
                    .findFirst()
                    .ifPresent(name -> {
                        throw new ImageException(file + " wants " + name + ", which is not on this machine");
                    });
            return PATH.matcher(said)
                    .results()
                    .map(path -> Path.of(path.group(1)))
                    .toList();
        } catch (IOException e) {
            throw new ImageException("ldd, which is part of the C library, cannot be run: " + e.getMessage(), e);
        }
    }
}
