package io.tiercel.sensor.spool;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Imports the records of a version 1 spool, which had no partitions. Their priority is unknown, so they go to the
 * partition of the highest priority. If the process is killed during the import, some records are delivered twice, but
 * none is lost.
 */
final class LegacySpoolImport {
    private static final String STATE = "cursor";

    private final Path folder;
    private final List<Segment> segments;
    private final long cursor;
    private final long countedUpTo;
    private final long dropped;
    private long damaged;

    /** Receives imported records. */
    @FunctionalInterface
    interface Sink {
        void record(byte[] json) throws IOException;
    }

    private LegacySpoolImport(
            Path folder, List<Segment> segments, long cursor, long countedUpTo, long dropped, long damaged) {
        this.folder = folder;
        this.segments = segments;
        this.cursor = cursor;
        this.countedUpTo = countedUpTo;
        this.dropped = dropped;
        this.damaged = damaged;
    }

    static LegacySpoolImport open(Path folder) throws IOException {
        List<Segment> segments = new ArrayList<>(Segment.listVersion1(folder));
        Path file = folder.resolve(STATE);
        long[] state = Files.exists(file)
                ? SpoolState.numbers(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1), 4)
                : null;
        long first = segments.isEmpty() ? 0 : segments.getFirst().first();
        return state == null
                ? new LegacySpoolImport(folder, segments, first, first, 0, 0)
                : new LegacySpoolImport(folder, segments, state[0], state[1], state[2], state[3]);
    }

    /** Passes all pending records to the sink, oldest first. Deletes each file after its records. */
    void moveTo(Sink sink) throws IOException {
        long expected = segments.isEmpty() ? 0 : segments.getFirst().first();
        for (Segment segment : segments) {
            addDamaged(expected, segment.first());
            expected = segment.first();
            RecordScanner scan = segment.scanAll();
            while (scan.next()) {
                addDamaged(expected, scan.sequence());
                expected = scan.sequence() + 1;
                if (scan.sequence() >= cursor) {
                    sink.record(scan.body(0));
                }
            }
            int damagedAfter = scan.damagedAtEnd();
            if (segment == segments.getLast()) {
                addDamaged(expected, expected + damagedAfter);
            }
            segment.delete();
        }
        Files.deleteIfExists(folder.resolve(STATE));
    }

    private void addDamaged(long from, long to) {
        damaged += Math.max(0, to - Math.max(from, Math.max(cursor, countedUpTo)));
    }

    /** Returns the number of dropped records that are not yet reported. */
    long dropped() {
        return dropped;
    }

    /** Returns the number of damaged records that are not yet reported. */
    long damaged() {
        return damaged;
    }
}
