package io.tiercel.sensor.spool;

import io.tiercel.rules.file.PrivateFiles;
import io.tiercel.sensor.spool.SpoolOptions.Durability;
import io.tiercel.sensor.thread.SupervisedScheduler;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;

/**
 * A persistent queue of alerts in a folder. One process opens it; one thread appends and another one delivers.
 *
 * <p>Delivery is at least once. A record is in the file before {@link #append} returns, so it survives if the process
 * is killed. {@link SpoolOptions.Durability} determines when it also survives a power loss. The delivery position is
 * stored after each acknowledgement. If the process is killed in between, records are delivered again. Dropped and
 * damaged records are counted, and the counters survive restarts until {@link #markReported}.
 *
 * <p>Each priority has a partition with its own files, so that a full spool can drop the oldest records of the
 * lowest priority. A record has an order among all partitions, which determines the order of delivery. It also has a
 * sequence number in its partition, which reveals missing records.
 */
public final class Spool implements AutoCloseable {
    /** Number of priorities. 0 is the highest. */
    public static final int PRIORITIES = 8;

    private static final long SYNC_DELAY_MS = 200;

    /** All files that the sensor creates in the folder, also those of rejected alerts and of aggregation. */
    private static final Pattern OWN_FILES = Pattern.compile(
            "lock|alive(\\.new)?|partitions|sequence(\\.new)?|aggregation|refused(\\.1)?\\.jsonl|\\d-\\d{19}\\.spool2");

    private final Path folder;
    private final SpoolOptions options;
    private final FileChannel lockFile;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition appended = lock.newCondition();
    private final SupervisedScheduler syncing;
    private final List<Partition> partitions = new ArrayList<>();

    private volatile SpoolCounts counts;
    private long next;
    private long generation;
    private boolean syncDue;
    private boolean closed;

    private Spool(Path folder, SpoolOptions options, FileChannel lockFile) throws IOException {
        this.folder = folder;
        this.options = options;
        this.lockFile = lockFile;
        SpoolState state = SpoolState.read(folder);
        next = state == null ? 0 : state.order();
        generation = state == null ? 0 : state.generation();
        for (int priority = 0; priority < PRIORITIES; priority++) {
            List<Segment> segments = Segment.list(folder, priority);
            PartitionState before = state != null
                    ? state.partitions().get(priority)
                    : PartitionState.startingAt(
                            segments.isEmpty() ? 0 : segments.getFirst().first());
            PartitionRecovery recovery = PartitionRecovery.of(segments, before.cursor(), before.next());
            partitions.add(new Partition(folder, priority, before, recovery));
            next = Math.max(next, recovery.highestOrder() + 1);
        }
        save();
        counts = currentCounts();
        this.syncing = new SupervisedScheduler("spool-sync", 1);
    }

    /**
     * Opens the spool in a folder. Only their owner can access the folder and its files ({@link PrivateFiles#restrict}).
     *
     * @throws SpoolException if the folder cannot be used, or is in use by another process or spool
     */
    public static Spool open(Path folder, SpoolOptions options) throws SpoolException {
        try {
            PrivateFiles.restrict(folder, OWN_FILES.asMatchPredicate());
            FileChannel lockFile = lock(folder);
            try {
                return new Spool(folder, options, lockFile);
            } catch (IOException e) {
                lockFile.close();
                throw e;
            }
        } catch (IOException e) {
            throw new SpoolException("cannot open the spool in " + folder, e);
        }
    }

    private static FileChannel lock(Path folder) throws IOException, SpoolException {
        FileChannel file =
                PrivateFiles.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock held = null;
        try {
            held = file.tryLock();
        } catch (OverlappingFileLockException e) {
            // This process holds the lock, which has the same consequence.
        }
        if (held == null) {
            file.close();
            throw new SpoolException("the spool in " + folder
                    + " is in use by another sensor; stop that sensor or choose another folder with --spool");
        }
        return file;
    }

    /**
     * Appends a record of the lowest priority.
     *
     * @see #append(byte[], int)
     */
    public long append(byte[] json) throws SpoolException {
        return append(json, PRIORITIES - 1);
    }

    /**
     * Appends a record. When this method returns, the record is either written or counted as dropped. A full spool
     * drops the oldest records of the lowest priority. If all stored records have a higher priority, it drops the new
     * one.
     *
     * @param json an alert, JSON in UTF-8, 1 byte to 256 KiB
     * @param priority 0 (highest) to 7
     * @return the record's index
     * @throws SpoolException if the record cannot be written or is too large; the spool is then unchanged
     */
    public long append(byte[] json, int priority) throws SpoolException {
        if (json.length < 1 || json.length > RecordFormat.MAX_PAYLOAD_BYTES) {
            throw new SpoolException(
                    "the alert has " + json.length + " bytes; the maximum is " + RecordFormat.MAX_PAYLOAD_BYTES);
        }
        Partition partition = partitions.get(priority);
        lock.lock();
        try {
            requireOpen();
            if (reserveSpace(RecordFormat.size(json), priority)) {
                partition.append(next, json, options.segmentBytes());
                force(partition);
                appended.signalAll();
            } else {
                countUnwrittenAsDropped(partition);
            }
            return next++;
        } catch (IOException e) {
            throw new SpoolException("cannot write to the spool in " + folder, e);
        } finally {
            unlockWithCounts();
        }
    }

    /** Drops old records until the new one fits. Returns false if it has a lower priority than all stored records. */
    private boolean reserveSpace(int size, int priority) throws IOException {
        if (size > options.limitBytes()) {
            return false;
        }
        while (bytes() + size > options.limitBytes()) {
            Partition partition = partitionToTrim();
            if (partition.pending() > 0 && partition.priority() < priority) {
                return false;
            }
            dropOldest(partition);
        }
        return true;
    }

    private long bytes() {
        long bytes = 0;
        for (Partition partition : partitions) {
            bytes += partition.bytes();
        }
        return bytes;
    }

    /** Returns the partition to free space in: a fully delivered one, or else the one with the lowest priority. */
    private Partition partitionToTrim() {
        Partition lowest = partitions.getFirst();
        for (Partition partition : partitions) {
            if (partition.bytes() > 0) {
                if (partition.pending() == 0) {
                    return partition;
                }
                lowest = partition;
            }
        }
        return lowest;
    }

    /**
     * The state is saved first. If the process is killed in between, the next start finds a fully delivered file. If
     * the disk is too full for the state, the file is deleted first.
     */
    private void dropOldest(Partition partition) throws IOException {
        Segment oldest = partition.dropOldest();
        try {
            save();
        } catch (IOException e) {
            partition.delete(oldest);
            save();
            return;
        }
        partition.delete(oldest);
    }

    private void countUnwrittenAsDropped(Partition partition) throws IOException {
        partition.progress().addDropped(1);
        try {
            save();
        } catch (IOException e) {
            partition.progress().addDropped(-1);
            throw e;
        }
    }

    private void save() throws IOException {
        generation++;
        new SpoolState(
                        generation,
                        next,
                        partitions.stream().map(Partition::state).toList())
                .write(folder);
    }

    private void force(Partition partition) throws IOException {
        if (options.durability() == Durability.EACH_APPEND) {
            partition.force();
        } else if (!syncDue) {
            syncDue = true;
            syncing.schedule(this::sync, SYNC_DELAY_MS, TimeUnit.MILLISECONDS);
        }
    }

    /**
     * Runs outside the lock, so that a slow disk does not delay appends. Segments that were completed in the meantime
     * have already been forced.
     */
    private void sync() {
        List<FileChannel> channels = new ArrayList<>();
        lock.lock();
        try {
            syncDue = false;
            for (Partition partition : partitions) {
                FileChannel dirty = partition.takeDirty();
                if (dirty != null) {
                    channels.add(dirty);
                }
            }
        } finally {
            lock.unlock();
        }
        for (FileChannel channel : channels) {
            try {
                channel.force(false);
            } catch (IOException e) {
                if (channel.isOpen()) {
                    System.getLogger(Spool.class.getName())
                            .log(System.Logger.Level.WARNING, "cannot flush the spool in " + folder + " to disk", e);
                }
            }
        }
    }

    /**
     * Returns the oldest pending records in order, without removing them.
     *
     * @param maxRecords maximum number of records, at least 1
     * @param maxBytes maximum total size of the JSON; a single record may exceed it
     * @throws SpoolException if the spool cannot be read
     */
    public List<SpooledAlert> peek(int maxRecords, int maxBytes) throws SpoolException {
        lock.lock();
        try {
            requireOpen();
            return readPending(maxRecords, maxBytes);
        } catch (IOException e) {
            throw new SpoolException("cannot read the spool in " + folder, e);
        } finally {
            unlockWithCounts();
        }
    }

    private List<SpooledAlert> readPending(int maxRecords, int maxBytes) throws IOException {
        List<PartitionReader> readers = readers();
        List<SpooledAlert> found = new ArrayList<>();
        int total = 0;
        while (!readers.isEmpty() && found.size() < maxRecords) {
            PartitionReader reader = Collections.min(readers, Comparator.comparingLong(PartitionReader::order));
            byte[] json = reader.payload();
            if (!found.isEmpty() && total + json.length > maxBytes) {
                break;
            }
            Partition partition = reader.partition();
            partition.progress().recordRead(reader.sequence());
            found.add(new SpooledAlert(
                    reader.order(),
                    json,
                    new SpooledAlert.Position(partition, reader.sequence(), reader.segment(), reader.end()),
                    found.isEmpty() ? null : found.getLast()));
            total += json.length;
            if (!reader.next()) {
                readers.remove(reader);
            }
        }
        return found;
    }

    /** Returns a reader for each partition with pending records, positioned at the first one. */
    private List<PartitionReader> readers() throws IOException {
        List<PartitionReader> readers = new ArrayList<>();
        boolean unreadable = false;
        for (Partition partition : partitions) {
            PartitionReader reader = partition.reader();
            if (reader != null && reader.next()) {
                readers.add(reader);
            } else if (partition.pending() > 0) {
                partition.markUnreadable();
                unreadable = true;
            }
        }
        if (unreadable) {
            save();
        }
        return readers;
    }

    /**
     * Marks a record and all earlier ones as delivered, and deletes fully delivered segments.
     *
     * @throws SpoolException if the position cannot be stored; the records are then delivered again after a restart
     */
    public void acknowledge(SpooledAlert delivered) throws SpoolException {
        lock.lock();
        try {
            requireOpen();
            Set<Partition> touched = new HashSet<>();
            for (SpooledAlert alert = delivered; alert != null; alert = alert.previous()) {
                if (touched.add(alert.position().partition())) {
                    alert.position().partition().delivered(alert.position());
                }
            }
            save();
            for (Partition partition : touched) {
                partition.deleteDelivered();
            }
        } catch (IOException e) {
            throw new SpoolException("cannot store the delivery position of the spool in " + folder, e);
        } finally {
            unlockWithCounts();
        }
    }

    /**
     * Waits until a record is pending.
     *
     * @return true if a record is pending; false after the timeout or if the spool was closed
     */
    public boolean await(long millis) throws InterruptedException {
        lock.lock();
        try {
            long nanos = TimeUnit.MILLISECONDS.toNanos(millis);
            while (!closed && pending() == 0 && nanos > 0) {
                nanos = appended.awaitNanos(nanos);
            }
            return !closed && pending() > 0;
        } finally {
            lock.unlock();
        }
    }

    private long pending() {
        long pending = 0;
        for (Partition partition : partitions) {
            pending += partition.pending();
        }
        return pending;
    }

    /** Returns the content and loss counters after the last change. Does not wait for a change in progress. */
    public SpoolCounts counts() {
        return counts;
    }

    private SpoolCounts currentCounts() {
        List<Long> dropped = new ArrayList<>(PRIORITIES);
        long damaged = 0;
        for (Partition partition : partitions) {
            dropped.add(partition.progress().dropped());
            damaged += partition.progress().damaged();
        }
        return new SpoolCounts(pending(), bytes(), dropped, damaged);
    }

    private void unlockWithCounts() {
        counts = currentCounts();
        lock.unlock();
    }

    /**
     * Marks the losses in these counts as reported, so that they are not reported again.
     *
     * @throws SpoolException if the change cannot be stored
     */
    public void markReported(SpoolCounts counts) throws SpoolException {
        lock.lock();
        try {
            requireOpen();
            long damaged = counts.unreportedDamaged();
            for (Partition partition : partitions) {
                long reportedHere = Math.min(damaged, partition.progress().damaged());
                partition.progress().markReported(counts.droppedByPriority().get(partition.priority()), reportedHere);
                damaged -= reportedHere;
            }
            save();
        } catch (IOException e) {
            throw new SpoolException("cannot store the loss report state of the spool in " + folder, e);
        } finally {
            unlockWithCounts();
        }
    }

    private void requireOpen() throws SpoolException {
        if (closed) {
            throw new SpoolException("the spool in " + folder + " is closed");
        }
    }

    /** Forces everything to disk and releases the folder. Further calls have no effect. */
    @Override
    public void close() throws SpoolException {
        lock.lock();
        try (lockFile) {
            if (closed) {
                return;
            }
            closed = true;
            appended.signalAll();
            syncing.shutdown(); // The thread is not interrupted, because that would close the file during a force.
            for (Partition partition : partitions) {
                partition.force();
                partition.close();
            }
            save();
        } catch (IOException e) {
            throw new SpoolException("cannot close the spool in " + folder, e);
        } finally {
            lock.unlock();
        }
    }
}
