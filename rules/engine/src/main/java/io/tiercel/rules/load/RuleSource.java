package io.tiercel.rules.load;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** A rule file: its text, or the reason why it cannot be read. */
public sealed interface RuleSource {
    /** Maximum size of a file in bytes. */
    int MAX_BYTES = 32 << 20;

    /** Returns the name under which problems are reported. */
    String name();

    /** A file that was read. */
    record Text(String name, String text) implements RuleSource {}

    /** A file that could not be read. */
    record Unreadable(String name, Problem problem) implements RuleSource {}

    /** Reads a file as UTF-8 and replaces invalid bytes with U+FFFD. An I/O error becomes an {@link Unreadable}. */
    static RuleSource read(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                return unreadable(
                        file,
                        "the file is larger than " + (MAX_BYTES >> 20) + " MiB",
                        "split it into several rule files");
            }
            return new Text(file.toString(), new String(bytes, StandardCharsets.UTF_8));
        } catch (NoSuchFileException e) {
            return unreadable(file, "no such file", "use an existing rule file or a directory with *.yaml files");
        } catch (AccessDeniedException e) {
            return unreadable(file, "permission denied", "make the file readable for the user that runs Tiercel");
        } catch (IOException e) {
            return unreadable(file, "cannot be read: " + e.getMessage(), "use a readable rule file");
        }
    }

    /**
     * Reads files and directories in the given order. For a directory, reads its {@code *.yaml} and {@code *.yml} files
     * in the order of their names, without subdirectories.
     */
    static List<RuleSource> readAll(List<Path> paths) {
        List<RuleSource> sources = new ArrayList<>();
        for (Path path : paths) {
            if (Files.isDirectory(path)) {
                readDirectory(path, sources);
            } else {
                sources.add(read(path));
            }
        }
        return List.copyOf(sources);
    }

    private static void readDirectory(Path directory, List<RuleSource> sources) {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory, "*.{yaml,yml}")) {
            for (Path entry : entries) {
                if (!Files.isDirectory(entry)) {
                    files.add(entry);
                }
            }
        } catch (IOException e) {
            sources.add(
                    unreadable(directory, "cannot list the directory: " + e.getMessage(), "use a readable directory"));
            return;
        }
        files.sort(Comparator.comparing(file -> file.getFileName().toString()));
        files.forEach(file -> sources.add(read(file)));
    }

    private static Unreadable unreadable(Path file, String message, String advice) {
        String name = file.toString();
        return new Unreadable(name, new Problem(LoadCode.LOAD_ERR_FILE_READ, message, advice, Location.ofFile(name)));
    }
}
