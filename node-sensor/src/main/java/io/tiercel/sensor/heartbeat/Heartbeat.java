package io.tiercel.sensor.heartbeat;

import io.tiercel.rules.file.PrivateFiles;
import io.tiercel.sensor.thread.SupervisedThread;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Notices times in which the sensor did not watch. A thread compares the clock with its own last tick and with the last turn of the
 * event thread, once a second. It notes every two seconds in a file that the sensor is alive, so that the next start knows
 * how long no sensor was running.
 *
 * <p>Only root can write the file, because it is in the folder of the spool. Without that folder, only the gaps of a running sensor are
 * noticed. At the first start there is no file and no gap.
 */
public final class Heartbeat implements AutoCloseable {
    /** Name of the file. A second file with the suffix {@code .new} replaces it atomically. */
    public static final String FILE_NAME = "alive";

    /** Shorter gaps of a running process are the scheduler's. */
    static final Duration MIN_GAP = Duration.ofSeconds(5);

    private static final Logger LOG = System.getLogger(Heartbeat.class.getName());
    private static final Duration TICK = Duration.ofSeconds(1);
    private static final int TICKS_PER_WRITE = 2;
    private static final int MAX_FILE_BYTES = 256;
    private static final int MAX_GAPS = 16;
    private static final Duration STOP_TIMEOUT = Duration.ofMillis(500);

    private final @Nullable Path file;
    private final TurnClock turns;
    private final BlockingQueue<WatchGap> gaps = new ArrayBlockingQueue<>(MAX_GAPS);
    private final SupervisedThread thread = SupervisedThread.unstarted("heartbeat", this::run);
    private final String bootId;
    private final CountDownLatch closing = new CountDownLatch(1);
    private volatile boolean orderly;
    private boolean previousRead;
    private boolean writeFailed;
    private boolean stallReported;
    private long lastTickNanos;
    private long runningSinceNanos;
    private long stalledNanos;

    private Heartbeat(@Nullable Path folder, String bootId, TurnClock turns) {
        this.file = folder == null ? null : folder.resolve(FILE_NAME);
        this.bootId = bootId;
        this.turns = turns;
    }

    /**
     * Starts the thread.
     *
     * @param folder folder of the spool; null for none
     * @param bootId the kernel's id of the boot
     * @param turns the turns of the event thread's loop
     */
    public static Heartbeat start(@Nullable Path folder, String bootId, TurnClock turns) {
        Heartbeat started = new Heartbeat(folder, bootId, turns);
        started.thread.start();
        return started;
    }

    /** Returns the next gap that has ended; null if there is none. Does not wait. */
    public @Nullable WatchGap poll() {
        return gaps.poll();
    }

    private void run() throws InterruptedException {
        lastTickNanos = System.nanoTime();
        runningSinceNanos = lastTickNanos;
        if (!previousRead) {
            previousRead = true;
            readPrevious();
        }
        for (int ticks = 0; closing.getCount() > 0; ticks++) {
            if (ticks % TICKS_PER_WRITE == 0) {
                write(false);
            }
            if (!closing.await(TICK.toNanos(), TimeUnit.NANOSECONDS)) {
                tick(System.nanoTime());
            }
        }
        if (orderly) {
            write(true);
        }
    }

    /** Compares the clock with the last tick and with the last turn of the event thread. */
    private void tick(long nowNanos) {
        long sinceTick = nowNanos - lastTickNanos - TICK.toNanos();
        lastTickNanos = nowNanos;
        long longestTurn = Math.max(turns.takeLongestNanos(), nowNanos - turns.lastNanos());
        // This thread alone may get no CPU time on a busy machine, while the event thread, which has a higher priority,
        // works.
        if (Math.min(sinceTick, longestTurn) >= MIN_GAP.toNanos()) {
            runningSinceNanos = nowNanos;
            add(new WatchGap(WatchGap.Kind.PROCESS_STOPPED, Math.min(sinceTick, longestTurn) / 1e9));
        }
        long sinceTurn = nowNanos - Math.max(turns.lastNanos(), runningSinceNanos);
        if (sinceTurn >= MIN_GAP.toNanos()) {
            stalledNanos = sinceTurn;
            if (!stallReported) {
                stallReported = true;
                LOG.log(Level.ERROR, "the event thread is stalled; no events are evaluated");
            }
        } else if (stallReported) {
            stallReported = false;
            add(new WatchGap(WatchGap.Kind.EVENT_THREAD_STALLED, stalledNanos / 1e9));
        }
    }

    private void add(WatchGap gap) {
        LOG.log(
                Level.WARNING,
                "the sensor did not watch for " + Math.round(gap.seconds()) + " s: "
                        + gap.kind().text());
        boolean _ = gaps.offer(gap); // The log has the gaps that do not fit.
    }

    private void readPrevious() {
        if (file == null) {
            return;
        }
        try (InputStream in = Files.newInputStream(file)) {
            LastAlive now = now(false);
            LastAlive.parse(in.readNBytes(MAX_FILE_BYTES)).ifPresent(last -> add(last.gapUntil(now)));
        } catch (NoSuchFileException e) {
            // The first start.
        } catch (IOException e) {
            LOG.log(Level.WARNING, "cannot read when the sensor was alive last: " + e.getMessage());
        }
    }

    private void write(boolean stopped) {
        if (file == null) {
            return;
        }
        Path written = file.resolveSibling(FILE_NAME + ".new");
        try {
            try (FileChannel out = PrivateFiles.open(
                    written,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.TRUNCATE_EXISTING)) {
                out.write(ByteBuffer.wrap(now(stopped).bytes()));
            }
            Files.move(written, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            writeFailed = false;
        } catch (IOException e) {
            if (!writeFailed) {
                writeFailed = true;
                LOG.log(Level.WARNING, "cannot note that the sensor is alive: " + e.getMessage());
            }
        }
    }

    private LastAlive now(boolean stopped) throws IOException {
        String uptime = Files.readString(Path.of("/proc/uptime"), StandardCharsets.US_ASCII);
        long bootMillis = Math.round(Double.parseDouble(uptime.substring(0, uptime.indexOf(' '))) * 1e3);
        return new LastAlive(bootId, bootMillis, System.currentTimeMillis(), stopped);
    }

    /** Makes {@link #close} note that the sensor stopped in an orderly way, and not by a failure. */
    public void stopOrderly() {
        orderly = true;
    }

    /** Stops the thread. */
    @Override
    public void close() {
        closing.countDown();
        try {
            boolean _ = thread.join(STOP_TIMEOUT); // The thread hangs if the disk does.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
