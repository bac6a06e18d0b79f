package io.tiercel.image;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Finds the shared libraries of this machine that the programs and libraries in a folder require, including the dynamic
 * loader. Asks {@code ldd}. An image without a distribution has to bring these libraries along.
 */
final class SystemLibraries {
    private static final Pattern PATH = Pattern.compile("(/\\S+) \\(0x[0-9a-f]+\\)");
    private static final Pattern MISSING = Pattern.compile("(\\S+) => not found");

    private SystemLibraries() {}

    /**
     * Returns the absolute paths of the required libraries outside the folder, sorted.
     *
     * @param loadedLibraries libraries that programs open by name at run time; they are required as well
     */
    static SortedSet<Path> requiredBy(Path folder, List<Path> loadedLibraries) throws IOException {
        List<Path> binaries;
        try (Stream<Path> files = Files.walk(folder)) {
            binaries = files.filter(Files::isRegularFile)
                    .filter(SystemLibraries::isElf)
                    .toList();
        }
        Set<String> namesInFolder =
                binaries.stream().map(file -> file.getFileName().toString()).collect(Collectors.toSet());
        SortedSet<Path> found = new TreeSet<>(loadedLibraries);
        Stream.concat(binaries.stream(), loadedLibraries.stream())
                .forEach(file -> found.addAll(ldd(file, namesInFolder)));
        found.removeIf(file -> file.startsWith(folder));
        return found;
    }

    private static boolean isElf(Path file) {
        try {
            return ElfFile.architecture(file).isPresent();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> ldd(Path file, Set<String> namesInFolder) {
        try {
            Process ldd = new ProcessBuilder("ldd", file.toString())
                    .redirectErrorStream(true)
                    .start();
            String output = new String(ldd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            MISSING.matcher(output)
                    .results()
                    .map(missing -> missing.group(1))
                    .filter(name -> !namesInFolder.contains(name)) // the JVM finds these by itself
                    .findFirst()
                    .ifPresent(name -> {
                        throw new ImageException(
                                file + " requires " + name + ", which is not installed on this machine");
                    });
            return PATH.matcher(output)
                    .results()
                    .map(path -> Path.of(path.group(1)))
                    .toList();
        } catch (IOException e) {
            throw new ImageException("cannot run ldd, a program of the C library: " + e.getMessage(), e);
        }
    }
}
