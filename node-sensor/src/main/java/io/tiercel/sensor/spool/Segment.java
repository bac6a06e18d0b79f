package io.tiercel.sensor.spool;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A file with records of a partition. The name consists of the partition's priority and the sequence number of the
 * first record. The extension is the version of the
 * format.
 */
final class Segment {
    private final Path file;
    private final long first;
    private long size;

    private Segment(Path file, long first, long size) {
        this.file = file;
        this.first = first;
        this.size = size;
    }

    static Segment create(Path folder, int priority, long first) {
        return new Segment(folder.resolve("%d-%019d.spool2".formatted(priority, first)), first, 0);
    }

    /** Lists the segments of a partition, oldest first. */
    static List<Segment> list(Path folder, int priority) throws IOException {
        return list(folder, Pattern.compile(priority + "-(\\d{19})\\.spool2"));
    }

    private static List<Segment> list(Path folder, Pattern name) throws IOException {
        List<Segment> found = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.sorted(Comparator.naturalOrder()).toList()) {
                Matcher matcher = name.matcher(file.getFileName().toString());
                if (matcher.matches()) {
                    found.add(new Segment(file, Long.parseLong(matcher.group(1)), Files.size(file)));
                }
            }
        }
        return found;
    }

    Path file() {
        return file;
    }

    /** Returns the sequence number of the first record. */
    long first() {
        return first;
    }

    /** Returns the size of all complete records. */
    long size() {
        return size;
    }

    void grow(int bytes) {
        size += bytes;
    }

    /** Scans at most {@code length} bytes from the offset on. */
    RecordScanner scan(long offset, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(length, size - offset));
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            while (bytes.hasRemaining() && channel.read(bytes, offset + bytes.position()) >= 0) {
                // Repeats until the buffer is full or the file ends.
            }
        }
        return new RecordScanner(bytes.flip(), first, first + size / RecordFormat.HEADER_BYTES);
    }

    RecordScanner scanAll() throws IOException {
        return scan(0, Math.toIntExact(size));
    }

    void delete() throws IOException {
        Files.deleteIfExists(file);
    }
}
