package io.tiercel.sensor.spool;

import io.tiercel.sensor.spool.SpoolOptions.Durability;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A queue of alerts in a folder, for one process: appended by one thread, delivered by another, in order.
 *
 * <p>A record counts as written once it is in the file: the kernel keeps it if the process is killed, and {@link
 * SpoolOptions.Durability} says when it is also safe from a loss of power. What was delivered is remembered in a file of
 * its own after each acknowledgement, so a kill between delivery and acknowledgement delivers again:
 * at least once, never not at all. What had to be dropped or was found damaged is counted and stays counted, over
 * restarts, until {@link #reported} says that somebody was told.
 *
 * <p>Each urgency has files of its own, its lane, so that a full spool can drop the oldest of the least urgent. Each record
 * has its order among all lanes, by which they are merged again for delivery, and a sequence in its lane, by which what is
 * missing is noticed.
 */
public final class Spool implements AutoCloseable {
    /** Urgencies, 0 for the most urgent. */
    public static final int LANES = 8;

    private static final long SYNC_DELAY_MS = 200;

    private final Path folder;
    private final SpoolOptions options;
    private final FileChannel lockFile;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition appended = lock.newCondition();
    private final ScheduledThreadPoolExecutor syncing;
    private final List<Partition> lanes = new ArrayList<>();

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
        for (int urgency = 0; urgency < LANES; urgency++) {
            List<Segment> segments = Segment.list(folder, urgency);
            PartitionState before = state != null
                    ? state.lanes().get(urgency)
                    : PartitionState.startingAt(
                            segments.isEmpty() ? 0 : segments.getFirst().first());
            PartitionRecovery recovery = PartitionRecovery.of(segments, before.cursor(), before.next());
            lanes.add(new Partition(folder, urgency, before, recovery));
            next = Math.max(next, recovery.highestOrder() + 1);
        }
        takeOverVersion1();
        save();
        this.syncing = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().daemon().name("spool-sync").factory());
        this.syncing.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    private void takeOverVersion1() throws IOException {
        Partition lane = lanes.getFirst();
        LegacySpoolImport old = LegacySpoolImport.in(folder);
        old.moveTo(json -> lane.append(next++, json, options.segmentBytes()));
        lane.ledger().count(old.dropped(), old.damaged());
        lane.force();
    }

    /**
     * Opens the spool in a folder, which is created if need be, readable by this user only.
     *
     * @throws SpoolException if the folder cannot be used, or another process or spool uses it
     */
    public static Spool open(Path folder, SpoolOptions options) throws SpoolException {
        try {
            if (!Files.isDirectory(folder)) {
                Files.createDirectories(
                        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
            FileChannel lockFile = lock(folder);
            try {
                return new Spool(folder, options, lockFile);
            } catch (IOException e) {
                lockFile.close();
                throw e;
            }
        } catch (IOException e) {
            throw new SpoolException("the spool in " + folder + " cannot be opened", e);
        }
    }

    private static FileChannel lock(Path folder) throws IOException, SpoolException {
        FileChannel file =
                FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock held = null;
        try {
            held = file.tryLock();
        } catch (OverlappingFileLockException e) {
            // held by this process: the same answer
        }
        if (held == null) {
            file.close();
            throw new SpoolException("the spool in " + folder
                    + " is in use by another sensor; stop that one, or give this one a folder of its own with --spool");
        }
        return file;
    }

    /**
     * Appends a record of the least urgency.
     *
     * @see #append(byte[], int)
     */
    public long append(byte[] json) throws SpoolException {
        return append(json, LANES - 1);
    }

    /**
     * Appends a record; when this returns it is written, or counted as dropped. A full spool drops the oldest of the least
     * urgent for it, or the record itself, if all that is kept is more urgent.
     *
     * @param json an alert, JSON in UTF-8, 1 byte to 256 KiB
     * @param urgency 0, the most urgent, to 7
     * @return the record's index
     * @throws SpoolException if it cannot be written, or is too large; the spool is as before
     */
    public long append(byte[] json, int urgency) throws SpoolException {
        if (json.length < 1 || json.length > RecordFormat.MAX_PAYLOAD_BYTES) {
            throw new SpoolException(
                    "an alert of " + json.length + " bytes: at most " + RecordFormat.MAX_PAYLOAD_BYTES + " are kept");
        }
        Partition lane = lanes.get(urgency);
        lock.lock();
        try {
            requireOpen();
            if (makeRoom(RecordFormat.size(json), urgency)) {
                lane.append(next, json, options.segmentBytes());
                force(lane);
                appended.signalAll();
            } else {
                dropUnwritten(lane);
            }
            return next++;
        } catch (IOException e) {
            throw new SpoolException("the spool in " + folder + " cannot be written", e);
        } finally {
            lock.unlock();
        }
    }

    /** Whether there is room for a record, after what has to go for it went. */
    private boolean makeRoom(int size, int urgency) throws IOException {
        if (size > options.limitBytes()) {
            return false;
        }
        while (bytes() + size > options.limitBytes()) {
            Partition lane = leastWorth();
            if (lane.waiting() > 0 && lane.urgency() < urgency) {
                return false;
            }
            dropOldest(lane);
        }
        return true;
    }

    private long bytes() {
        long bytes = 0;
        for (Partition lane : lanes) {
            bytes += lane.bytes();
        }
        return bytes;
    }

    /** The lane to take bytes from: one of which all was delivered, else the least urgent. */
    private Partition leastWorth() {
        Partition least = lanes.getFirst();
        for (Partition lane : lanes) {
            if (lane.bytes() > 0) {
                if (lane.waiting() == 0) {
                    return lane;
                }
                least = lane;
            }
        }
        return least;
    }

    /**
     * The state is saved first: a kill in between leaves a file that the next start finds to be done with. Only a full
     * disk, which may not even take the state, gets its space first.
     */
    private void dropOldest(Partition lane) throws IOException {
        Segment oldest = lane.dropOldest();
        try {
            save();
        } catch (IOException e) {
            lane.forget(oldest);
            save();
            return;
        }
        lane.forget(oldest);
    }

    private void dropUnwritten(Partition lane) throws IOException {
        lane.ledger().count(1, 0);
        try {
            save();
        } catch (IOException e) {
            lane.ledger().count(-1, 0);
            throw e;
        }
    }

    private void save() throws IOException {
        generation++;
        new SpoolState(generation, next, lanes.stream().map(Partition::state).toList()).write(folder);
    }

    private void force(Partition lane) throws IOException {
        if (options.durability() == Durability.EACH_APPEND) {
            lane.force();
        } else if (!syncDue) {
            syncDue = true;
            syncing.schedule(this::sync, SYNC_DELAY_MS, TimeUnit.MILLISECONDS);
        }
    }

    /** Outside the lock: a slow disk must not hold up appends. A segment that was finished meanwhile was forced then. */
    private void sync() {
        List<FileChannel> channels = new ArrayList<>();
        lock.lock();
        try {
            syncDue = false;
            for (Partition lane : lanes) {
                FileChannel dirty = lane.takeDirty();
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
                            .log(
                                    System.Logger.Level.WARNING,
                                    "the spool in " + folder + " cannot be forced to disk",
                                    e);
                }
            }
        }
    }

    /**
     * The oldest records that wait, in order, without taking them away.
     *
     * @param maxRecords most records to return, at least 1
     * @param maxBytes most bytes of JSON to return; a single record may be larger
     * @throws SpoolException if the spool cannot be read
     */
    public List<SpooledAlert> peek(int maxRecords, int maxBytes) throws SpoolException {
        lock.lock();
        try {
            requireOpen();
            return read(maxRecords, maxBytes);
        } catch (IOException e) {
            throw new SpoolException("the spool in " + folder + " cannot be read", e);
        } finally {
            lock.unlock();
        }
    }

    private List<SpooledAlert> read(int maxRecords, int maxBytes) throws IOException {
        List<PartitionReader> readers = readers();
        List<SpooledAlert> found = new ArrayList<>();
        int total = 0;
        while (!readers.isEmpty() && found.size() < maxRecords) {
            PartitionReader reader = Collections.min(readers, Comparator.comparingLong(PartitionReader::order));
            byte[] json = reader.payload();
            if (!found.isEmpty() && total + json.length > maxBytes) {
                break;
            }
            Partition lane = reader.lane();
            lane.ledger().met(reader.sequence());
            found.add(new SpooledAlert(
                    reader.order(),
                    json,
                    new SpooledAlert.Place(lane, reader.sequence(), reader.segment(), reader.end()),
                    found.isEmpty() ? null : found.getLast()));
            total += json.length;
            if (!reader.next()) {
                readers.remove(reader);
            }
        }
        return found;
    }

    /** Of each lane that holds something to deliver, at its first. */
    private List<PartitionReader> readers() throws IOException {
        List<PartitionReader> readers = new ArrayList<>();
        boolean lost = false;
        for (Partition lane : lanes) {
            PartitionReader reader = lane.reader();
            if (reader != null && reader.next()) {
                readers.add(reader);
            } else if (lane.waiting() > 0) {
                lane.lose();
                lost = true;
            }
        }
        if (lost) {
            save();
        }
        return readers;
    }

    /**
     * Says that a record and all before it have been delivered. Segments that are done with are deleted.
     *
     * @throws SpoolException if that cannot be remembered; the records are then delivered again after a restart
     */
    public void acknowledge(SpooledAlert delivered) throws SpoolException {
        lock.lock();
        try {
            requireOpen();
            Set<Partition> done = new HashSet<>();
            for (SpooledAlert alert = delivered; alert != null; alert = alert.before()) {
                if (done.add(alert.place().lane())) {
                    alert.place().lane().delivered(alert.place());
                }
            }
            save();
            for (Partition lane : done) {
                lane.clean();
            }
        } catch (IOException e) {
            throw new SpoolException("the spool in " + folder + " cannot note what was delivered", e);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until a record waits for delivery.
     *
     * @return whether one does; false after the time or when the spool was closed
     */
    public boolean await(long millis) throws InterruptedException {
        lock.lock();
        try {
            long nanos = TimeUnit.MILLISECONDS.toNanos(millis);
            while (!closed && waiting() == 0 && nanos > 0) {
                nanos = appended.awaitNanos(nanos);
            }
            return !closed && waiting() > 0;
        } finally {
            lock.unlock();
        }
    }

    private long waiting() {
        long waiting = 0;
        for (Partition lane : lanes) {
            waiting += lane.waiting();
        }
        return waiting;
    }

    /** What the spool holds and has lost. */
    public SpoolCounts counts() {
        lock.lock();
        try {
            List<Long> dropped = new ArrayList<>();
            long damaged = 0;
            for (Partition lane : lanes) {
                dropped.add(lane.ledger().dropped());
                damaged += lane.ledger().damaged();
            }
            return new SpoolCounts(waiting(), bytes(), dropped, damaged);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Says that the losses in these counts were reported, so that they are not reported again.
     *
     * @throws SpoolException if that cannot be remembered
     */
    public void reported(SpoolCounts told) throws SpoolException {
        lock.lock();
        try {
            requireOpen();
            long damaged = told.unreportedDamaged();
            for (Partition lane : lanes) {
                long here = Math.min(damaged, lane.ledger().damaged());
                lane.ledger().reported(told.droppedByUrgency().get(lane.urgency()), here);
                damaged -= here;
            }
            save();
        } catch (IOException e) {
            throw new SpoolException("the spool in " + folder + " cannot note what was reported", e);
        } finally {
            lock.unlock();
        }
    }

    private void requireOpen() throws SpoolException {
        if (closed) {
            throw new SpoolException("the spool in " + folder + " is closed");
        }
    }

    /** Forces everything to the disk and lets go of the folder. Does nothing the second time. */
    @Override
    public void close() throws SpoolException {
        lock.lock();
        try (lockFile) {
            if (closed) {
                return;
            }
            closed = true;
            appended.signalAll();
            syncing.shutdown(); // not interrupted: that would close the file under the last force
            for (Partition lane : lanes) {
                lane.force();
                lane.close();
            }
            save();
        } catch (IOException e) {
            throw new SpoolException("the spool in " + folder + " cannot be closed", e);
        } finally {
            lock.unlock();
        }
    }
}
