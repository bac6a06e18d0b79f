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
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** One file of records; its name is the index of its first record, its ending the version of the format. */
final class Segment {
    private static final Pattern NAME = Pattern.compile("\\d{19}\\.spool1");

    private final Path file;
    private final long first;
    private long size;

    private Segment(Path file, long first, long size) {
        this.file = file;
        this.first = first;
        this.size = size;
    }

    static Segment at(Path folder, long first) {
        return new Segment(folder.resolve("%019d.spool1".formatted(first)), first, 0);
    }

    static List<Segment> list(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> segments = files.filter(
                            f -> NAME.matcher(f.getFileName().toString()).matches())
                    .sorted(Comparator.naturalOrder())
                    .toList();
            List<Segment> found = new ArrayList<>();
            for (Path file : segments) {
                String name = file.getFileName().toString();
                found.add(new Segment(file, Long.parseLong(name.substring(0, 19)), Files.size(file)));
            }
            return found;
        }
    }

    Path file() {
        return file;
    }

    /** Index of the first record. */
    long first() {
        return first;
    }

    /** Bytes of records, those of a record that is being written not included. */
    long size() {
        return size;
    }

    void grow(int bytes) {
        size += bytes;
    }

    /** Walks over at most {@code length} bytes from the offset on, fewer at the end. */
    RecordScan scan(long offset, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(length, size - offset));
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            while (bytes.hasRemaining() && channel.read(bytes, offset + bytes.position()) >= 0) {
                // goes on until all is read
            }
        }
        return new RecordScan(bytes.flip(), first, first + size / RecordFormat.HEADER_BYTES);
    }

    RecordScan scanAll() throws IOException {
        return scan(0, Math.toIntExact(size));
    }

    void delete() throws IOException {
        Files.deleteIfExists(file);
    }
}
