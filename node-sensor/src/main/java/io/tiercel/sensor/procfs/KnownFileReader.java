package io.tiercel.sensor.procfs;

import static io.tiercel.sensor.bpf.record.RecordLayout.MAX_KNOWN_FILES;
import static io.tiercel.sensor.bpf.record.RecordLayout.RECORD_KNOWN_FILES;

import io.tiercel.sensor.bpf.KnownFile;
import io.tiercel.sensor.bpf.record.RecordBuilder;
import io.tiercel.sensor.process.KnownFiles;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Reads which inodes the files have that rules name. Only regular files count: the names of a link and its target are different
 * files to a rule. Of a directory with more than {@value #MAX_DIRECTORY_FILES} entries, no file is recognized.
 */
final class KnownFileReader {
    private static final int MAX_DIRECTORY_FILES = 64;

    /** The maximum length of the record's text. Further files are left out. */
    private static final int MAX_TEXT = 60_000;

    private static final int REGULAR = 0100000;
    private static final int TYPE = 0170000;
    private static final String ATTRIBUTES = "unix:dev,ino,mode";

    private final Path ownRoot;
    private final Path hostRoot;
    private final Map<String, Integer> numbers = new HashMap<>();
    private volatile Set<String> names = Set.of();
    private String previous = "";

    /**
     * Creates a reader of the files below the root directory of process 1, or of its own one without access to that.
     *
     * @param root its own root directory
     */
    KnownFileReader(Path root) {
        ownRoot = root;
        hostRoot = root.resolve("proc/1/root");
    }

    /** Sets the names from the next reading on. A name that ends with a slash stands for the files of a directory. */
    void setNames(Set<String> newNames) {
        names = new TreeSet<>(newNames);
    }

    /** Returns a record of all files; null if nothing changed since the last call. */
    byte @Nullable [] readIfChanged() {
        StringBuilder lines = new StringBuilder();
        int count = 0;
        for (String name : expanded()) {
            KnownFile file = count < MAX_KNOWN_FILES ? read(name) : null;
            String line = file == null ? "" : KnownFiles.line(file);
            if (!line.isEmpty() && lines.length() + line.length() <= MAX_TEXT) {
                lines.append(line);
                count++;
            }
        }
        String text = lines.toString();
        if (text.equals(previous)) {
            return null;
        }
        previous = text;
        return new RecordBuilder(RECORD_KNOWN_FILES).text(text).build();
    }

    /** Returns the named files, then those of directories. */
    private List<String> expanded() {
        List<String> files = new ArrayList<>();
        names.stream().filter(name -> !name.endsWith("/")).forEach(files::add);
        names.stream().filter(name -> name.endsWith("/")).forEach(directory -> files.addAll(filesOf(directory)));
        return files;
    }

    private List<String> filesOf(String directory) {
        List<String> files = new ArrayList<>();
        Path path = onHost(directory);
        if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
                for (Path entry : entries) {
                    if (files.size() == MAX_DIRECTORY_FILES) {
                        return List.of();
                    }
                    files.add(directory + entry.getFileName());
                }
            } catch (IOException e) {
                return List.of();
            }
        }
        return files;
    }

    private @Nullable KnownFile read(String name) {
        String path = ByteStringFiles.toByteString(name);
        if (path.length() > KnownFile.MAX_PATH || path.indexOf('\n') >= 0) {
            return null;
        }
        try {
            Map<String, Object> found = Files.readAttributes(onHost(name), ATTRIBUTES, LinkOption.NOFOLLOW_LINKS);
            if (found.get("dev") instanceof Long device
                    && found.get("ino") instanceof Long inode
                    && found.get("mode") instanceof Integer mode
                    && (mode & TYPE) == REGULAR) {
                Integer number = number(path);
                return number == null ? null : new KnownFile(device(device), inode, number, path);
            }
            return null;
        } catch (IOException e) {
            return null;
        }
    }

    private Path onHost(String name) {
        return (Files.isDirectory(hostRoot) ? hostRoot : ownRoot).resolve(name.substring(1));
    }

    /** Returns the number of a name; null if there are too many. */
    private @Nullable Integer number(String path) {
        if (numbers.size() < KnownFiles.MAX_NAMES) {
            return numbers.computeIfAbsent(path, p -> numbers.size() + 1);
        }
        return numbers.get(path);
    }

    /** Converts a device number of stat to the kernel's encoding. */
    private static int device(long number) {
        long major = number >>> 8 & 0xfff | number >>> 32 & ~0xfffL;
        long minor = number & 0xff | number >>> 12 & ~0xffL;
        return (int) (major << 20 | minor & 0xfffff);
    }
}
