package io.tiercel.sensor.spool;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Records that a spool without lanes left behind. They go to the most urgent lane, since their urgency is not known; a kill
 * on the way has some delivered twice, never not at all.
 */
final class LegacySpoolImport {
    private static final String STATE = "cursor";

    private final Path folder;
    private final List<Segment> segments;
    private final long cursor;
    private final long checked;
    private final long dropped;
    private long damaged;

    /** Takes one record. */
    @FunctionalInterface
    interface Sink {
        void record(byte[] json) throws IOException;
    }

    private LegacySpoolImport(
            Path folder, List<Segment> segments, long cursor, long checked, long dropped, long damaged) {
        this.folder = folder;
        this.segments = segments;
        this.cursor = cursor;
        this.checked = checked;
        this.dropped = dropped;
        this.damaged = damaged;
    }

    static LegacySpoolImport in(Path folder) throws IOException {
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

    /** Hands out all records that wait, oldest first, each file's before it is deleted. */
    void moveTo(Sink sink) throws IOException {
        long expected = segments.isEmpty() ? 0 : segments.getFirst().first();
        for (Segment segment : segments) {
            missing(expected, segment.first());
            expected = segment.first();
            RecordScanner scan = segment.scanAll();
            while (scan.next()) {
                missing(expected, scan.sequence());
                expected = scan.sequence() + 1;
                if (scan.sequence() >= cursor) {
                    sink.record(scan.body(0));
                }
            }
            int behind = scan.damagedBehind();
            if (segment == segments.getLast()) {
                missing(expected, expected + behind);
            }
            segment.delete();
        }
        Files.deleteIfExists(folder.resolve(STATE));
    }

    private void missing(long from, long to) {
        damaged += Math.max(0, to - Math.max(from, Math.max(cursor, checked)));
    }

    /** Dropped and not yet reported. */
    long dropped() {
        return dropped;
    }

    /** Damaged and not yet reported. */
    long damaged() {
        return damaged;
    }
}
