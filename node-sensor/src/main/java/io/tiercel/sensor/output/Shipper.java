package io.tiercel.sensor.output;

import io.tiercel.rules.alert.AlertJson;
import io.tiercel.rules.alert.InvalidAlertException;
import io.tiercel.sensor.output.BatchTarget.Answer;
import io.tiercel.sensor.output.BatchTarget.Verdict;
import io.tiercel.sensor.spool.Spool;
import io.tiercel.sensor.spool.SpoolException;
import io.tiercel.sensor.spool.SpooledAlert;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Sends what is in the spool, in order, one batch at a time, and takes out only what the receiver has said it stored. A
 * request whose answer got lost is sent again: at least once, and receivers know alerts by their ids.
 *
 * <p>Of a batch that was taken in part only the rest is sent again, before anything newer. While the receiver is down it
 * waits longer and longer ({@link CircuitBreaker}). What the receiver will never take is set aside in {@code
 * refused.jsonl}, so that one bad alert does not hold up all others.
 */
public final class Shipper implements AutoCloseable {
    private static final long IDLE_WAIT_MS = 1_000;
    private static final long UNKNOWN = Long.MIN_VALUE;
    private static final Logger LOG = System.getLogger(Shipper.class.getName());

    private final Spool spool;
    private final BatchTarget target;
    private final RejectedAlertFile refusedFile;
    private final CircuitBreaker breaker;
    private final AtomicLong delivered = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong succeeded = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final CountDownLatch draining = new CountDownLatch(1);
    private final Thread thread;
    /** As it was read last. */
    private List<SpooledAlert> batch = List.of();
    /** What is left of it once it was taken in part. */
    private List<SpooledAlert> rest = List.of();

    private volatile long oldestEpochNanos = UNKNOWN;
    private boolean failing;

    /**
     * Starts to send.
     *
     * @param spool what to send
     * @param target where to; closed with the shipper
     * @param folder where refused alerts are set aside
     */
    public static Shipper start(Spool spool, BatchTarget target, Path folder) {
        return start(spool, target, folder, new CircuitBreaker(CircuitBreaker.LONGEST_WAIT_MS));
    }

    static Shipper start(Spool spool, BatchTarget target, Path folder, CircuitBreaker breaker) {
        Shipper shipper = new Shipper(spool, target, folder, breaker);
        shipper.thread.start();
        return shipper;
    }

    private Shipper(Spool spool, BatchTarget target, Path folder, CircuitBreaker breaker) {
        this.spool = spool;
        this.target = target;
        this.refusedFile = new RejectedAlertFile(folder);
        this.breaker = breaker;
        this.thread = Thread.ofPlatform().daemon().name("alert-shipper").unstarted(this::run);
    }

    /** What it has done so far; for any thread. */
    public ShipperCounts counts() {
        boolean waiting = spool.counts().pending() > 0 && oldestEpochNanos != UNKNOWN;
        double age = waiting ? System.currentTimeMillis() / 1e3 - oldestEpochNanos / 1e9 : 0;
        return new ShipperCounts(
                delivered.get(), refused.get(), succeeded.get(), failed.get(), breaker.isOpen(), Math.max(0, age));
    }

    private void run() {
        try {
            while (true) {
                boolean last = draining.getCount() == 0;
                if (rest.isEmpty() && !spool.await(last ? 0 : IDLE_WAIT_MS)) {
                    if (last) {
                        return;
                    }
                } else if (!sendNext()) {
                    if (last) {
                        return;
                    }
                    boolean _ = draining.await(breaker.waitMillis(), TimeUnit.MILLISECONDS);
                }
            }
        } catch (InterruptedException e) {
            // told to stop: what is left stays in the spool
        }
    }

    /** Sends what is next; false if nothing of it was taken. */
    private boolean sendNext() throws InterruptedException {
        try {
            List<SpooledAlert> next = next();
            if (next.isEmpty()) {
                return true;
            }
            Answer answer = target.send(next);
            if (answer.verdicts().stream().allMatch(verdict -> verdict == Verdict.LATER)) {
                failed.incrementAndGet();
                fails(answer.detail());
                return false;
            }
            succeeded.incrementAndGet();
            settle(next, answer);
            works();
            return true;
        } catch (SpoolException | IOException e) {
            rest = List.of();
            fails(String.valueOf(e.getMessage()));
            return false;
        }
    }

    private List<SpooledAlert> next() throws SpoolException {
        int most = breaker.isOpen() ? 1 : target.maxAlerts();
        if (rest.isEmpty()) {
            batch = spool.peek(most, target.maxBytes());
            if (!batch.isEmpty()) {
                oldestEpochNanos = time(batch.getFirst());
            }
            return batch;
        }
        return rest.subList(0, Math.min(most, rest.size()));
    }

    private static long time(SpooledAlert alert) {
        try {
            return AlertJson.read(alert.json()).timeNanos();
        } catch (InvalidAlertException e) {
            return UNKNOWN;
        }
    }

    /** Notes what became of each alert, and lets the spool forget all before the first that has to be sent again. */
    private void settle(List<SpooledAlert> sent, Answer answer) throws SpoolException, IOException {
        List<SpooledAlert> again = new ArrayList<>();
        for (int i = 0; i < sent.size(); i++) {
            switch (answer.verdicts().get(i)) {
                case STORED -> delivered.incrementAndGet();
                case REFUSED -> setAside(sent.get(i), answer.detail());
                case LATER -> again.add(sent.get(i));
            }
        }
        if (!rest.isEmpty()) {
            again.addAll(rest.subList(sent.size(), rest.size()));
        }
        rest = again;
        int done = again.isEmpty() ? batch.size() : batch.indexOf(again.getFirst());
        if (done > 0) {
            spool.acknowledge(batch.get(done - 1));
        }
    }

    private void setAside(SpooledAlert alert, String why) throws IOException {
        refusedFile.add(alert.json());
        refused.incrementAndGet();
        LOG.log(Level.WARNING, "an alert is refused (" + why + "); it is set aside in " + refusedFile.file());
    }

    private void works() {
        breaker.succeeded();
        if (failing) {
            failing = false;
            LOG.log(Level.INFO, "alerts are delivered again to " + target);
        }
    }

    private void fails(String why) {
        if (!failing) {
            failing = true;
            LOG.log(
                    Level.WARNING,
                    "alerts cannot be delivered to " + target + " (" + why + "); they wait on disk, trying again");
        }
        if (breaker.failed()) {
            LOG.log(
                    Level.WARNING,
                    target + " has failed " + CircuitBreaker.FAILURES + " times in a row (" + why
                            + "); single alerts are tried, less and less often, until one is taken");
        }
    }

    /** {@link #stop} with a second's time. */
    @Override
    public void close() throws InterruptedException {
        stop(Duration.ofSeconds(1));
    }

    /**
     * Sends what is left for as long as the receiver takes it, at most for the time given, and stops.
     *
     * @return whether nothing is left
     */
    public boolean stop(Duration atMost) throws InterruptedException {
        draining.countDown();
        thread.join(atMost);
        thread.interrupt();
        thread.join(Duration.ofSeconds(1));
        target.close();
        return spool.counts().pending() == 0;
    }
}
