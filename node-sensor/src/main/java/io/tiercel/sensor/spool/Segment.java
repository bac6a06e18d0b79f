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
 * One file of records of a lane; its name is the lane's urgency and the sequence of its first record, its ending the
 * version of the format. Version 1 knew no lanes.
 */
final class Segment {
    private static final Pattern VERSION_1 = Pattern.compile("(\\d{19})\\.spool1");

    private final Path file;
    private final long first;
    private long size;

    private Segment(Path file, long first, long size) {
        this.file = file;
        this.first = first;
        this.size = size;
    }

    static Segment at(Path folder, int urgency, long first) {
        return new Segment(folder.resolve("%d-%019d.spool2".formatted(urgency, first)), first, 0);
    }

    /** The segments of a lane, oldest first. */
    static List<Segment> list(Path folder, int urgency) throws IOException {
        return list(folder, Pattern.compile(urgency + "-(\\d{19})\\.spool2"));
    }

    /** The segments that a spool without lanes left, oldest first. */
    static List<Segment> listVersion1(Path folder) throws IOException {
        return list(folder, VERSION_1);
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

    /** Sequence of the first record. */
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
    RecordScanner scan(long offset, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(length, size - offset));
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            while (bytes.hasRemaining() && channel.read(bytes, offset + bytes.position()) >= 0) {
                // goes on until all is read
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
