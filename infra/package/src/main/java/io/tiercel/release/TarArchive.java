package io.tiercel.release;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorOutputStream;

/**
 * A tar archive. Its entries are sorted, belong to root and have one time, so that the same files give the same archive.
 */
final class TarArchive implements AutoCloseable {
    /** The time of all files, which the AOT cache expects of its jars. */
    static final Instant TIME = Instant.ofEpochSecond(1);

    private static final int FILE = 0644;
    private static final int PROGRAM = 0755;

    private final TarArchiveOutputStream tar;
    private final TreeSet<String> folders = new TreeSet<>();

    private TarArchive(OutputStream out) {
        tar = new TarArchiveOutputStream(out, "UTF-8");
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
    }

    /** Creates an archive, compressed if its name ends with gz. */
    static TarArchive create(Path archive) throws IOException {
        OutputStream out = new BufferedOutputStream(Files.newOutputStream(archive));
        String name = String.valueOf(archive.getFileName());
        return new TarArchive(name.endsWith("gz") ? new GzipCompressorOutputStream(out) : out);
    }

    /** Adds all regular files of a folder below the prefix, which is empty or ends with a slash. */
    void addFolder(Path folder, String prefix) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(folder)) {
            files = all.filter(Files::isRegularFile).sorted().toList();
        }
        for (Path file : files) {
            add(file, prefix + folder.relativize(file));
        }
    }

    /** Adds a file, and entries of its parent folders that the archive does not contain yet. */
    void add(Path file, String name) throws IOException {
        for (int slash = name.indexOf('/'); slash >= 0; slash = name.indexOf('/', slash + 1)) {
            String parent = name.substring(0, slash + 1);
            if (folders.add(parent)) {
                put(new TarArchiveEntry(parent), PROGRAM);
                tar.closeArchiveEntry();
            }
        }
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(Files.size(file));
        put(entry, Files.isExecutable(file) ? PROGRAM : FILE);
        Files.copy(file, tar);
        tar.closeArchiveEntry();
    }

    private void put(TarArchiveEntry entry, int mode) throws IOException {
        entry.setModTime(TIME.toEpochMilli());
        entry.setMode(mode);
        entry.setIds(0, 0);
        entry.setNames("root", "root");
        tar.putArchiveEntry(entry);
    }

    @Override
    public void close() throws IOException {
        tar.close();
    }
}
