package io.tiercel.sensor.output;

import io.tiercel.sensor.output.AlertPost.Answer;
import io.tiercel.sensor.spool.Spool;
import io.tiercel.sensor.spool.SpoolException;
import io.tiercel.sensor.spool.SpooledAlert;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Sends what is in the spool, in order, in batches, and takes out only what the server has said it stored (202). A
 * request whose answer got lost is sent again: at least once, and receivers know alerts by their ids.
 *
 * <p>While the server is down it waits longer and longer. If the server refuses a batch, its alerts go one by one, and
 * those refused alone are set aside in {@code refused.jsonl}, so that one bad alert does not hold up all others.
 */
public final class Shipper implements AutoCloseable {
    /** Most alerts in a request. */
    public static final int MAX_ALERTS = 100;

    private static final int MAX_BYTES = 256 * 1024;
    private static final long IDLE_WAIT_MS = 1_000;
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final Logger LOG = System.getLogger(Shipper.class.getName());

    private final Spool spool;
    private final AlertPost post;
    private final ServerAddress server;
    private final RefusedFile refusedFile;
    private final BackOff backOff = new BackOff();
    private final AtomicLong delivered = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final Thread thread;
    private volatile boolean draining;
    private boolean failing;

    /**
     * Starts to send.
     *
     * @param spool what to send
     * @param server where to
     * @param folder where refused alerts are set aside
     */
    public static Shipper start(Spool spool, ServerAddress server, Path folder) {
        return start(spool, server, folder, TIMEOUT);
    }

    static Shipper start(Spool spool, ServerAddress server, Path folder, Duration timeout) {
        Shipper shipper = new Shipper(spool, server, folder, timeout);
        shipper.thread.start();
        return shipper;
    }

    private Shipper(Spool spool, ServerAddress server, Path folder, Duration timeout) {
        this.spool = spool;
        this.server = server;
        this.post = new AlertPost(server, timeout);
        this.refusedFile = new RefusedFile(folder);
        this.thread = Thread.ofPlatform().daemon().name("alert-shipper").unstarted(this::run);
    }

    /** Alerts that the server has stored. */
    public long delivered() {
        return delivered.get();
    }

    /** Alerts that were set aside. */
    public long refused() {
        return refused.get();
    }

    private void run() {
        try {
            while (true) {
                if (!spool.await(draining ? 0 : IDLE_WAIT_MS)) {
                    if (draining) {
                        return;
                    }
                    continue;
                }
                if (sendNext()) {
                    backOff.reset();
                } else if (draining) {
                    return;
                } else {
                    Thread.sleep(backOff.nextMillis());
                }
            }
        } catch (InterruptedException e) {
            // told to stop: what is left stays in the spool
        }
    }

    private boolean sendNext() throws InterruptedException {
        try {
            List<SpooledAlert> batch = spool.peek(MAX_ALERTS, MAX_BYTES - MAX_ALERTS - 1);
            if (batch.isEmpty()) {
                return true;
            }
            Answer answer = post.send(batch);
            return switch (answer.verdict()) {
                case ACCEPTED -> {
                    accepted(batch);
                    yield true;
                }
                case REFUSED -> oneByOne(batch);
                case LATER -> failed(answer.detail());
            };
        } catch (SpoolException | IOException e) {
            return failed(String.valueOf(e.getMessage()));
        }
    }

    private boolean oneByOne(List<SpooledAlert> batch) throws InterruptedException, SpoolException, IOException {
        for (SpooledAlert alert : batch) {
            Answer answer = post.send(List.of(alert));
            switch (answer.verdict()) {
                case ACCEPTED -> accepted(List.of(alert));
                case REFUSED -> {
                    refusedFile.add(alert.json());
                    spool.acknowledge(alert);
                    refused.incrementAndGet();
                    LOG.log(
                            Level.WARNING,
                            "the server refuses an alert (" + answer.detail() + "); it is set aside in "
                                    + refusedFile.file());
                }
                case LATER -> {
                    return failed(answer.detail());
                }
            }
        }
        return true;
    }

    private void accepted(List<SpooledAlert> alerts) throws SpoolException {
        spool.acknowledge(alerts.getLast());
        delivered.addAndGet(alerts.size());
        if (failing) {
            failing = false;
            LOG.log(Level.INFO, "alerts are delivered again to " + server.alerts());
        }
    }

    private boolean failed(String why) {
        if (!failing) {
            failing = true;
            LOG.log(
                    Level.WARNING,
                    "alerts cannot be delivered to " + server.alerts() + " (" + why
                            + "); they wait on disk, trying again");
        }
        return false;
    }

    /** {@link #stop} with a second's time. */
    @Override
    public void close() throws InterruptedException {
        stop(Duration.ofSeconds(1));
    }

    /**
     * Sends what is left for as long as the server takes it, at most for the time given, and stops.
     *
     * @return whether nothing is left
     */
    public boolean stop(Duration atMost) throws InterruptedException {
        draining = true;
        thread.join(atMost);
        thread.interrupt();
        thread.join(Duration.ofSeconds(1));
        post.close();
        return spool.counts().waiting() == 0;
    }
}
