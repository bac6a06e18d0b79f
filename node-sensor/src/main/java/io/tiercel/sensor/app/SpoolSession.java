package io.tiercel.sensor.app;

import io.tiercel.sensor.config.Settings;
import io.tiercel.sensor.delivery.AlertAggregator;
import io.tiercel.sensor.event.EventStream;
import io.tiercel.sensor.output.Shipper;
import io.tiercel.sensor.spool.AlertIdGenerator;
import io.tiercel.sensor.spool.Spool;
import io.tiercel.sensor.spool.SpoolException;
import io.tiercel.sensor.spool.SpoolOptions;
import io.tiercel.sensor.thread.AbandonableCall;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The spool of a run. Every call that waits for its disk has a time limit, so that a disk that hangs neither blocks the start nor the end
 * of the sensor. Writes in between belong to the thread {@code alert-writer}.
 */
final class SpoolSession {
    /** The recovery of a large spool on a slow disk takes some seconds. */
    static final Duration OPEN_TIMEOUT = Duration.ofSeconds(30);

    private final SensorOptions options;
    private final @Nullable Path folder;
    private final @Nullable Spool spool;

    private SpoolSession(SensorOptions options, @Nullable Path folder, @Nullable Spool spool) {
        this.options = options;
        this.folder = folder;
        this.spool = spool;
    }

    /**
     * Opens the spool, if there is one.
     *
     * @throws UserErrorException if the folder cannot be used, or its disk does not answer within {@link #OPEN_TIMEOUT}
     */
    static SpoolSession open(SensorOptions options) {
        Path folder = options.spoolFolder();
        return new SpoolSession(
                options, folder, folder == null ? null : open(folder, options.spoolOptions(), OPEN_TIMEOUT));
    }

    static Spool open(Path folder, SpoolOptions options, Duration timeout) {
        return opening(folder, timeout, () -> Spool.open(folder, options));
    }

    private static <T> T opening(@Nullable Path folder, Duration timeout, Callable<T> call) {
        try {
            return AbandonableCall.run("spool-open", timeout, call);
        } catch (TimeoutException e) {
            throw UserErrorException.environment(
                    "cannot open the spool in " + folder + ": its disk did not answer within " + timeout.toSeconds()
                            + " s; repair the disk, or choose another folder with --spool");
        } catch (SpoolException e) {
            throw UserErrorException.input(e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw UserErrorException.environment("interrupted while opening the spool in " + folder);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Nullable
    Spool spool() {
        return spool;
    }

    /** Returns the generator of alert ids. It reads and writes its reservations in the folder of the spool. */
    AlertIdGenerator ids(EventStream stream) {
        String hostname = stream.node().hostname();
        String boot = stream.node().bootId();
        return options.replay() != null
                ? AlertIdGenerator.forReplay(hostname, boot)
                : opening(folder, OPEN_TIMEOUT, () -> AlertIdGenerator.forNode(hostname, boot, folder));
    }

    /** Returns null in a replay, because its alerts depend on the recording and the rules only. */
    @Nullable
    AlertAggregator aggregator() {
        Path inFolder = folder;
        Spool into = spool;
        return into == null || inFolder == null || options.replay() != null
                ? null
                : opening(
                        folder,
                        OPEN_TIMEOUT,
                        () -> AlertAggregator.open(
                                into, inFolder, options.config().number(Settings.AGGREGATION_WINDOW_MS)));
    }

    /**
     * Stops a shipper and closes the spool.
     *
     * @param shipper the shipper of this spool; null for none
     * @param delivery how long the shipper may send the remaining alerts
     * @param timeout maximum time of everything, after which the disk counts as hanging
     */
    void close(@Nullable Shipper shipper, Duration delivery, Duration timeout, StandardStreams streams) {
        Spool closed = spool;
        if (closed == null) {
            return;
        }
        try {
            boolean _ = AbandonableCall.run("spool-close", timeout, () -> {
                if (shipper != null && !shipper.stop(delivery)) {
                    streams.info(closed.counts().pending() + " alerts stay in the spool " + folder
                            + " and are delivered after the next start");
                }
                closed.close();
                return true;
            });
        } catch (TimeoutException e) {
            streams.info("the disk of the spool " + folder + " does not answer; the sensor ends without closing it");
        } catch (SpoolException e) {
            streams.info(e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
