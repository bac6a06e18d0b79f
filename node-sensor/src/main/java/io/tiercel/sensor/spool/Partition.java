package io.tiercel.sensor.spool;

import io.tiercel.rules.file.PrivateFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The records of one priority, stored in segment files. Guarded by the spool's lock. */
final class Partition {
    private final Path folder;
    private final int priority;
    private final Deque<Segment> segments;
    private final PartitionProgress progress;
    private @Nullable FileChannel active;
    private boolean dirty;
    private long bytes;
    private long next;
    private @Nullable Segment readSegment;
    private long readOffset;

    /**
     * Creates a partition from its recovered state.
     *
     * @param folder folder of the spool
     * @param priority 0 is the highest
     * @param state stored state of the partition
     * @param recovery result of reading its segments
     */
    Partition(Path folder, int priority, PartitionState state, PartitionRecovery recovery) throws IOException {
        this.folder = folder;
        this.priority = priority;
        this.segments = new ArrayDeque<>(recovery.segments());
        this.progress = new PartitionProgress(state, recovery.damagedRanges());
        this.next = recovery.next();
        for (Segment segment : segments) {
            bytes += segment.size();
        }
        if (recovery.tailDamaged()) {
            startSegment();
        }
    }

    int priority() {
        return priority;
    }

    PartitionProgress progress() {
        return progress;
    }

    /** Returns the total size of the segments. */
    long bytes() {
        return bytes;
    }

    /** Returns the number of appended records that are not delivered. */
    long pending() {
        return Math.max(0, next - progress.cursor());
    }

    PartitionState state() {
        return progress.state(next);
    }

    /** Appends a record. If this fails, the partition is unchanged. */
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
        return startSegment();
    }

    private FileChannel startSegment() throws IOException {
        Segment segment = Segment.create(folder, priority, next);
        FileChannel opened = openForAppend(segment);
        close();
        active = opened;
        segments.addLast(segment);
        return opened;
    }

    private static FileChannel openForAppend(Segment segment) throws IOException {
        return PrivateFiles.open(
                segment.file(), StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
    }

    /** Forces all records to disk. */
    void force() throws IOException {
        if (active != null) {
            active.force(false);
        }
        dirty = false;
    }

    /**
     * Returns the segment file that is not yet forced to disk, or null if there is none. The caller is then
     * responsible for forcing it.
     */
    @Nullable
    FileChannel takeDirty() {
        FileChannel channel = dirty ? active : null;
        dirty = false;
        return channel;
    }

    /**
     * Removes the oldest segment and counts its records as dropped. The caller deletes the file with {@link #delete}.
     */
    Segment dropOldest() throws IOException {
        RecordScanner scan = segments.getFirst().scanAll();
        Segment oldest = segments.removeFirst();
        if (segments.isEmpty()) {
            close();
        }
        progress.drop(scan, segments.isEmpty() ? next : segments.getFirst().first());
        return oldest;
    }

    void delete(Segment segment) throws IOException {
        bytes -= segment.size();
        segment.delete();
    }

    /** Returns a reader for the pending records, or null if there are none. */
    @Nullable
    PartitionReader reader() {
        progress.startRead();
        List<Segment> rest = segments.stream()
                .filter(segment -> readSegment == null || segment.first() >= readSegment.first())
                .toList();
        return pending() == 0 || rest.isEmpty()
                ? null
                : new PartitionReader(this, rest, rest.getFirst() == readSegment ? readOffset : 0, progress.cursor());
    }

    /** Counts all pending records as damaged, because none can be read. */
    void markUnreadable() {
        progress.markUnreadable(next);
    }

    /** Marks a record and all earlier ones of this partition as delivered. */
    void delivered(SpooledAlert.Position position) {
        if (position.sequence() >= progress.cursor()) {
            readSegment = position.segment();
            readOffset = position.end();
        }
        progress.delivered(position.sequence());
    }

    /** Deletes the fully delivered segments, except the last one. */
    void deleteDelivered() throws IOException {
        while (segments.size() > 1 && readSegment != null && segments.getFirst().first() < readSegment.first()) {
            delete(segments.removeFirst());
        }
    }

    void close() throws IOException {
        if (active != null) {
            active.close();
            active = null;
        }
    }
}
