package io.tiercel.sensor.spool;

import java.io.IOException;
import java.nio.file.Path;

/** The figures of a spool while it is open: what was delivered, dropped, damaged. Guarded by the spool's lock. */
final class SpoolLedger {
    private final Path folder;
    private long cursor;
    private long checked;
    private long dropped;
    private long damaged;
    /** The cursor before the first drop since something was last delivered; -1 if there was none. */
    private long droppedFrom = -1;

    SpoolLedger(Path folder, SpoolState state) {
        this.folder = folder;
        this.cursor = state.cursor();
        this.checked = state.checked();
        this.dropped = state.dropped();
        this.damaged = state.damaged();
    }

    long cursor() {
        return cursor;
    }

    /** What was dropped while it was being delivered is not lost after all. */
    void deliveredUpTo(long index) {
        if (droppedFrom >= 0 && index > droppedFrom) {
            dropped -= Math.min(dropped, Math.min(index, cursor) - droppedFrom);
        }
        droppedFrom = -1;
        cursor = Math.max(cursor, index);
    }

    void drop(long records, long newFirst) {
        if (droppedFrom < 0) {
            droppedFrom = cursor;
        }
        dropped += records;
        cursor = Math.max(cursor, newFirst);
    }

    /** Met a record where another was expected: those between were damaged since the spool was opened. */
    void met(long index, long expected) {
        damaged += Math.max(0, index - Math.max(expected, checked));
        checked = Math.max(checked, index + 1);
    }

    /** Everything up to the index is damaged: there is nothing to deliver before it. */
    void lose(long end) {
        damaged += Math.max(0, end - Math.max(cursor, checked));
        checked = Math.max(checked, end);
        cursor = end;
    }

    void reported(long droppedRecords, long damagedRecords) {
        dropped -= Math.min(dropped, droppedRecords);
        damaged -= Math.min(damaged, damagedRecords);
    }

    SpoolCounts counts(long next, long bytes) {
        return new SpoolCounts(Math.max(0, next - cursor), bytes, dropped, damaged);
    }

    void save() throws IOException {
        new SpoolState(cursor, checked, dropped, damaged).write(folder);
    }
}
