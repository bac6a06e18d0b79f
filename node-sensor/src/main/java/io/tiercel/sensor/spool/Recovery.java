package io.tiercel.sensor.spool;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a folder holds after whatever happened to the process that used it: segments that still matter, the next index,
 * and the state with newly found damage counted in.
 *
 * @param segments those with records to deliver, and the last one, oldest first
 * @param next index of the next record to append
 * @param tailDamaged whether the last segment ends in something that is no record, so that nothing is to be appended
 * @param state the state, brought up to date
 */
record Recovery(List<Segment> segments, long next, boolean tailDamaged, SpoolState state) {
    static Recovery of(Path folder) throws IOException {
        List<Segment> segments = new ArrayList<>(Segment.list(folder));
        @Nullable SpoolState known = SpoolState.read(folder);
        long first = segments.isEmpty() ? 0 : segments.getFirst().first();
        SpoolState before = known != null ? known : new SpoolState(first, first, 0, 0);
        while (segments.size() > 1 && segments.get(1).first() <= before.cursor()) {
            segments.removeFirst().delete();
        }
        return check(segments, before);
    }

    private static Recovery check(List<Segment> segments, SpoolState before) throws IOException {
        long from = Math.max(before.cursor(), before.checked());
        long damaged = 0;
        long next = before.cursor();
        long contiguous = next;
        int behind = 0;
        for (int i = 0; i < segments.size(); i++) {
            Segment segment = segments.get(i);
            long expected = segment.first();
            RecordScan scan = segment.scanAll();
            while (scan.next()) {
                damaged += missing(expected, scan.index(), from);
                expected = scan.index() + 1;
            }
            contiguous = expected;
            behind = scan.damagedBehind();
            boolean last = i == segments.size() - 1;
            long end = last ? expected + behind : segments.get(i + 1).first();
            damaged += missing(expected, end, from);
            next = Math.max(next, end);
        }
        boolean tailDamaged = behind > 0 || (!segments.isEmpty() && next > contiguous);
        long checked = Math.max(before.checked(), next);
        return new Recovery(
                segments,
                next,
                tailDamaged,
                new SpoolState(before.cursor(), checked, before.dropped(), before.damaged() + damaged));
    }

    private static long missing(long expected, long found, long from) {
        return Math.max(0, found - Math.max(expected, from));
    }
}
