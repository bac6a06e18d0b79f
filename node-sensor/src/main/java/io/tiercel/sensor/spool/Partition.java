package io.tiercel.sensor.spool;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The records of one urgency, in files of their own. Guarded by the spool's lock. */
final class Partition {
    private final Path folder;
    private final int urgency;
    private final Deque<Segment> segments;
    private final PartitionProgress ledger;
    private @Nullable FileChannel active;
    private boolean dirty;
    private long bytes;
    private long next;
    private @Nullable Segment reading;
    private long readingAt;

    /**
     * @param folder the spool's
     * @param urgency 0 for the most urgent
     * @param state what was remembered of it
     * @param recovery what was found
     */
    Partition(Path folder, int urgency, PartitionState state, PartitionRecovery recovery) throws IOException {
        this.folder = folder;
        this.urgency = urgency;
        this.segments = new ArrayDeque<>(recovery.segments());
        this.ledger = new PartitionProgress(state, recovery.gaps());
        this.next = recovery.next();
        for (Segment segment : segments) {
            bytes += segment.size();
        }
        if (recovery.tailDamaged()) {
            begin();
        }
    }

    int urgency() {
        return urgency;
    }

    PartitionProgress ledger() {
        return ledger;
    }

    /** Size of its files. */
    long bytes() {
        return bytes;
    }

    /** Records appended and not yet delivered. */
    long waiting() {
        return Math.max(0, next - ledger.cursor());
    }

    PartitionState state() {
        return ledger.state(next);
    }

    /** Writes a record; if that fails the lane is as before. */
    void append(long order, byte[] json, int segmentBytes) throws IOException {
        ByteBuffer record = RecordFormat.encode(next, order, json);
        int size = record.remaining();
        FileChannel channel = channelFor(size, segmentBytes);
        Segment last = segments.getLast();
        try {
            while (record.hasRemaining()) {
                channel.write(record);
            }
        } catch (IOException e) {
            channel.truncate(last.size());
            throw e;
        }
        last.grow(size);
        bytes += size;
        next++;
        dirty = true;
    }

    private FileChannel channelFor(int size, int segmentBytes) throws IOException {
        FileChannel channel = active;
        if (channel == null && !segments.isEmpty()) {
            channel = openForAppend(segments.getLast());
            active = channel;
        }
        if (channel != null
                && (segments.getLast().size() == 0 || segments.getLast().size() + size <= segmentBytes)) {
            return channel;
        }
        force();
        return begin();
    }

    private FileChannel begin() throws IOException {
        Segment begun = Segment.at(folder, urgency, next);
        FileChannel opened = openForAppend(begun);
        close();
        active = opened;
        segments.addLast(begun);
        return opened;
    }

    private static FileChannel openForAppend(Segment segment) throws IOException {
        return FileChannel.open(
                segment.file(), StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
    }

    /** Has everything on the disk. */
    void force() throws IOException {
        if (active != null) {
            active.force(false);
        }
        dirty = false;
    }

    /** The file that holds what is not yet forced to the disk; null if all is. From now on that is up to the caller. */
    @Nullable
    FileChannel takeDirty() {
        FileChannel taken = dirty ? active : null;
        dirty = false;
        return taken;
    }

    /** Counts the records of the oldest segment as dropped and gives it away, to be deleted by {@link #forget}. */
    Segment dropOldest() throws IOException {
        RecordScanner scan = segments.getFirst().scanAll();
        Segment oldest = segments.removeFirst();
        if (segments.isEmpty()) {
            close();
        }
        ledger.drop(scan, segments.isEmpty() ? next : segments.getFirst().first());
        return oldest;
    }

    void forget(Segment segment) throws IOException {
        bytes -= segment.size();
        segment.delete();
    }

    /** The records that wait, or null if none can be there. */
    @Nullable
    PartitionReader reader() {
        ledger.look();
        List<Segment> rest = segments.stream()
                .filter(segment -> reading == null || segment.first() >= reading.first())
                .toList();
        return waiting() == 0 || rest.isEmpty()
                ? null
                : new PartitionReader(this, rest, rest.getFirst() == reading ? readingAt : 0, ledger.cursor());
    }

    /** Nothing that waits can be read. */
    void lose() {
        ledger.lose(next);
    }

    /** A record and all before it in this lane have been delivered. */
    void delivered(SpooledAlert.Place place) {
        if (place.sequence() >= ledger.cursor()) {
            reading = place.segment();
            readingAt = place.end();
        }
        ledger.delivered(place.sequence());
    }

    /** Deletes the segments that are done with, except the last. */
    void clean() throws IOException {
        while (segments.size() > 1 && reading != null && segments.getFirst().first() < reading.first()) {
            forget(segments.removeFirst());
        }
    }

    void close() throws IOException {
        if (active != null) {
            active.close();
            active = null;
        }
    }
}
