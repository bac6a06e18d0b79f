package io.tiercel.sensor.spool;

import io.tiercel.sensor.spool.SpoolOptions.Durability;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A queue of alerts in a folder, for one process: appended by one thread, delivered by another, in order.
 *
 * <p>A record counts as written once it is in the file: the kernel keeps it if the process is killed, and {@link
 * SpoolOptions.Durability} says when it is also safe from a loss of power. What was delivered is remembered in a file of
 * its own that is replaced after each acknowledgement, so a kill between delivery and acknowledgement delivers again:
 * at least once, never not at all. What had to be dropped or was found damaged is counted and stays counted, over
 * restarts, until {@link #reported} says that somebody was told.
 */
public final class Spool implements AutoCloseable {
    private static final long SYNC_DELAY_MS = 200;

    private final Path folder;
    private final SpoolOptions options;
    private final FileChannel lockFile;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition appended = lock.newCondition();
    private final ScheduledThreadPoolExecutor syncing;
    private final Deque<Segment> segments = new ArrayDeque<>();
    private final SpoolLedger ledger;

    private FileChannel active;
    private long bytes;
    private long next;
    private @Nullable Segment reading;
    private long readingAt;
    private boolean syncDue;
    private boolean closed;

    private Spool(Path folder, SpoolOptions options, FileChannel lockFile) throws IOException {
        this.folder = folder;
        this.options = options;
        this.lockFile = lockFile;
        Recovery recovery = Recovery.of(folder);
        this.ledger = new SpoolLedger(folder, recovery.state());
        this.segments.addAll(recovery.segments());
        this.next = recovery.next();
        if (segments.isEmpty() || recovery.tailDamaged()) {
            segments.addLast(Segment.at(folder, next));
        }
        for (Segment segment : segments) {
            bytes += segment.size();
        }
        this.active = openForAppend(segments.getLast());
        ledger.save();
        this.syncing = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().daemon().name("spool-sync").factory());
        this.syncing.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
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
     * Appends a record; when this returns it is written. A full spool drops its oldest segment for it.
     *
     * @param json an alert, JSON in UTF-8, 1 byte to 256 KiB
     * @return the record's index
     * @throws SpoolException if it cannot be written, or is too large; the spool is as before
     */
    public long append(byte[] json) throws SpoolException {
        if (json.length < 1 || json.length > RecordFormat.MAX_PAYLOAD_BYTES) {
            throw new SpoolException(
                    "an alert of " + json.length + " bytes: at most " + RecordFormat.MAX_PAYLOAD_BYTES + " are kept");
        }
        lock.lock();
        try {
            requireOpen();
            ByteBuffer record = RecordFormat.encode(next, json);
            makeRoom(record.remaining());
            write(record);
            appended.signalAll();
            return next++;
        } catch (IOException e) {
            throw new SpoolException("the spool in " + folder + " cannot be written", e);
        } finally {
            lock.unlock();
        }
    }

    private void makeRoom(int size) throws IOException {
        Segment last = segments.getLast();
        if (last.size() > 0 && last.size() + size > options.segmentBytes()) {
            active.force(false);
            FileChannel opened = openForAppend(Segment.at(folder, next));
            active.close();
            active = opened;
            segments.addLast(Segment.at(folder, next));
        }
        while (bytes + size > options.limitBytes() && segments.size() > 1) {
            dropOldest();
        }
    }

    /**
     * The state is saved first: a kill in between leaves a file that the next start finds to be done with. Only a full
     * disk, which may not even take the state, gets its space first.
     */
    private void dropOldest() throws IOException {
        Segment oldest = segments.removeFirst();
        RecordScan scan = oldest.scanAll();
        long undelivered = 0;
        while (scan.next()) {
            if (scan.index() >= ledger.cursor()) {
                undelivered++;
            }
        }
        ledger.drop(undelivered, segments.getFirst().first());
        try {
            ledger.save();
        } catch (IOException e) {
            forget(oldest);
            ledger.save();
            return;
        }
        forget(oldest);
    }

    private void write(ByteBuffer record) throws IOException {
        Segment last = segments.getLast();
        int size = record.remaining();
        try {
            while (record.hasRemaining()) {
                active.write(record);
            }
        } catch (IOException e) {
            active.truncate(last.size());
            throw e;
        }
        last.grow(size);
        bytes += size;
        if (options.durability() == Durability.EACH_APPEND) {
            active.force(false);
        } else if (!syncDue) {
            syncDue = true;
            syncing.schedule(this::sync, SYNC_DELAY_MS, TimeUnit.MILLISECONDS);
        }
    }

    /** Outside the lock: a slow disk must not hold up appends. A segment that was finished meanwhile was forced then. */
    private void sync() {
        FileChannel channel;
        lock.lock();
        try {
            syncDue = false;
            channel = active;
        } finally {
            lock.unlock();
        }
        try {
            channel.force(false);
        } catch (IOException e) {
            if (channel.isOpen()) {
                System.getLogger(Spool.class.getName())
                        .log(System.Logger.Level.WARNING, "the spool in " + folder + " cannot be forced to disk", e);
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
        List<SpooledAlert> found = new ArrayList<>();
        int chunk = Math.max(maxBytes, 0) + 2 * RecordFormat.MAX_RECORD_BYTES;
        int total = 0;
        for (Segment segment : segments) {
            if (reading != null && segment.first() < reading.first()) {
                continue;
            }
            long at = segment == reading ? readingAt : 0;
            while (at < segment.size()) {
                RecordScan scan = segment.scan(at, chunk);
                while (scan.next()) {
                    if (scan.index() < ledger.cursor()) {
                        continue;
                    }
                    byte[] json = scan.payload();
                    if (!found.isEmpty() && (found.size() >= maxRecords || total + json.length > maxBytes)) {
                        return found;
                    }
                    ledger.met(
                            scan.index(),
                            found.isEmpty() ? ledger.cursor() : found.getLast().index() + 1);
                    found.add(new SpooledAlert(scan.index(), json, segment, at + scan.end()));
                    total += json.length;
                }
                boolean atEnd = at + chunk >= segment.size();
                at = atEnd ? segment.size() : at + Math.max(scan.end(), chunk - RecordFormat.MAX_RECORD_BYTES);
            }
        }
        if (found.isEmpty() && next > ledger.cursor()) {
            ledger.lose(next);
            ledger.save();
        }
        return found;
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
            boolean kept = delivered.index() >= ledger.cursor();
            ledger.deliveredUpTo(delivered.index() + 1);
            if (kept) {
                reading = delivered.segment();
                readingAt = delivered.end();
            }
            ledger.save();
            while (segments.size() > 1 && reading != null && segments.getFirst().first() < reading.first()) {
                forget(segments.removeFirst());
            }
        } catch (IOException e) {
            throw new SpoolException("the spool in " + folder + " cannot note what was delivered", e);
        } finally {
            lock.unlock();
        }
    }

    private void forget(Segment segment) throws IOException {
        bytes -= segment.size();
        segment.delete();
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
            while (!closed && next <= ledger.cursor() && nanos > 0) {
                nanos = appended.awaitNanos(nanos);
            }
            return !closed && next > ledger.cursor();
        } finally {
            lock.unlock();
        }
    }

    /** What the spool holds and has lost. */
    public SpoolCounts counts() {
        lock.lock();
        try {
            return ledger.counts(next, bytes);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Says that so many losses were reported, so that they are not reported again.
     *
     * @throws SpoolException if that cannot be remembered
     */
    public void reported(long dropped, long damaged) throws SpoolException {
        lock.lock();
        try {
            requireOpen();
            ledger.reported(dropped, damaged);
            ledger.save();
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

    private static FileChannel openForAppend(Segment segment) throws IOException {
        return FileChannel.open(
                segment.file(), StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
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
            active.force(false);
            active.close();
        } catch (IOException e) {
            throw new SpoolException("the spool in " + folder + " cannot be closed", e);
        } finally {
            lock.unlock();
        }
    }
}
