package io.tiercel.functions.local.worker;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.tiercel.functions.enrich.Enrichment;
import io.tiercel.functions.enrich.TargetConfirmations;
import io.tiercel.functions.identity.Sender;
import io.tiercel.functions.incident.EnrichedAlert;
import io.tiercel.functions.incident.StoreUnavailable;
import io.tiercel.functions.intake.AlertRejected;
import io.tiercel.functions.intake.IdentifiedAlert;
import io.tiercel.functions.intake.RejectionReason;
import io.tiercel.functions.json.Json;
import io.tiercel.functions.local.sqlite.AlertInbox;
import io.tiercel.functions.local.sqlite.SqliteDatabase;
import io.tiercel.functions.local.sqlite.SqliteIncidentStore;
import io.tiercel.functions.stage.DeduplicateStage;
import io.tiercel.functions.stage.EnrichStage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jboss.logging.Logger;

/**
 * Processes stored alerts in the order of arrival, with the same stages as Lambda. Alerts are enriched in parallel, because
 * enrichment waits for services. They are counted in transactions of several, which write each incident once. The transaction that
 * counts an alert also removes it from the inbox. Each lane of the inbox has its own thread and limit, so that alerts of
 * verified senders never wait for the lookups of others.
 */
public final class AlertWorker {
    private static final Logger LOG = Logger.getLogger(AlertWorker.class);

    /** The maximum number of alerts that are enriched together. */
    private static final int BATCH = 500;

    /** Longer than that of unverified senders, because an alert waits for those before it, and fewer transactions count them sooner. */
    private static final Duration VERIFIED_TRANSACTION = Duration.ofMillis(100);

    private static final Duration UNVERIFIED_TRANSACTION = Duration.ofMillis(10);

    /** The maximum number of alerts of a lane that are enriched in parallel. */
    private static final int MAX_PARALLEL = 16;

    private static final int PRUNE_EVERY = 50_000;
    private static final Duration POLL_INTERVAL = Duration.ofSeconds(1);

    private final SqliteDatabase database;
    private final AlertInbox inbox;
    private final SqliteIncidentStore incidents;
    private final EnrichStage enrichStage;
    private final DeduplicateStage deduplicateStage;
    private final SenderMetrics metrics;
    private final List<LaneLoop> lanes;
    private final AtomicInteger sincePrune = new AtomicInteger();

    public AlertWorker(
            SqliteDatabase database,
            AlertInbox inbox,
            SqliteIncidentStore incidents,
            EnrichStage enrichStage,
            DeduplicateStage deduplicateStage,
            SenderMetrics metrics) {
        this.database = database;
        this.inbox = inbox;
        this.incidents = incidents;
        this.enrichStage = enrichStage;
        this.deduplicateStage = deduplicateStage;
        this.metrics = metrics;
        this.lanes = Arrays.stream(AlertInbox.Lane.values()).map(LaneLoop::new).toList();
    }

    /** Starts with the alerts that are in the inbox. */
    public void start() {
        lanes.forEach(lane -> lane.loop.start());
    }

    /** Wakes the worker after alerts of a sender were added to the inbox. */
    public void wake(Sender sender) {
        lanes.get(AlertInbox.Lane.of(sender).ordinal()).loop.wake();
    }

    /** Stops after the current batches. */
    public void stop(Duration timeout) {
        lanes.forEach(lane -> lane.loop.stop(timeout));
    }

    /** The thread of one lane. */
    private final class LaneLoop {
        private final AlertInbox.Lane lane;
        private final BackgroundLoop loop;
        private final TransactionSize size;

        LaneLoop(AlertInbox.Lane lane) {
            this.lane = lane;
            boolean verified = lane == AlertInbox.Lane.VERIFIED;
            this.size = new TransactionSize(verified ? VERIFIED_TRANSACTION : UNVERIFIED_TRANSACTION);
            this.loop = new BackgroundLoop(
                    "alerts-" + lane.name().toLowerCase(Locale.ROOT),
                    verified ? this::runOnce : SqliteDatabase.yielding(this::runOnce));
        }

        private Duration runOnce() {
            List<AlertInbox.Waiting> batch = inbox.next(lane, BATCH);
            if (batch.isEmpty()) {
                return POLL_INTERVAL;
            }
            List<Step> steps = enrichAll(batch);
            int end;
            for (int start = 0; start < steps.size(); start = end) {
                end = Math.min(start + size.alerts(), steps.size());
                processAll(steps.subList(start, end), size);
            }
            return Duration.ZERO;
        }
    }

    /** Enriches on this thread if no lookup can wait, else on several threads, each of which takes the next alert. */
    private List<Step> enrichAll(List<AlertInbox.Waiting> batch) {
        int parallel = Math.min(batch.size(), enrichStage.waits() ? MAX_PARALLEL : 1);
        Step[] steps = new Step[batch.size()];
        AtomicInteger next = new AtomicInteger();
        Runnable enrichNext = () -> {
            for (int i = next.getAndIncrement(); i < steps.length; i = next.getAndIncrement()) {
                steps[i] = enrich(batch.get(i));
            }
        };
        if (parallel == 1) {
            enrichNext.run();
        } else {
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int i = 0; i < parallel; i++) {
                    threads.execute(enrichNext);
                }
            }
        }
        return List.of(steps);
    }

    private void processAll(List<Step> steps, TransactionSize size) {
        try {
            size.took(steps.size(), processBatch(steps));
        } catch (StoreUnavailable e) {
            throw e;
        } catch (RuntimeException e) {
            LOG.warnf("a batch of alerts failed (%s); processing its alerts one by one", e);
            steps.forEach(this::processSingle);
        }
        if (sincePrune.addAndGet(steps.size()) >= PRUNE_EVERY) {
            sincePrune.set(0);
            incidents.prune();
        }
    }

    private Step enrich(AlertInbox.Waiting alert) {
        try {
            IdentifiedAlert parsed = alert.alert();
            return new Step.Count(
                    alert,
                    parsed == null
                            ? enrichStage.enrich(Json.MAPPER.readTree(alert.document()), alert.sender())
                            : enrichStage.enrich(parsed, alert.sender()));
        } catch (AlertRejected e) {
            return new Step.Reject(alert, e.code(), e.reason());
        } catch (JsonProcessingException e) {
            return new Step.Reject(alert, RejectionReason.NOT_JSON, "not JSON: " + e.getOriginalMessage());
        } catch (RuntimeException e) {
            LOG.errorf(e, "cannot enrich an alert; it is stored as rejected");
            return new Step.Reject(
                    alert,
                    RejectionReason.FAILED,
                    "cannot be enriched: " + e.getClass().getSimpleName());
        }
    }

    /** Processes alerts in one transaction. Returns how long it took, in nanoseconds, without the time until it began. */
    private long processBatch(List<Step> steps) {
        // After a power failure, the alerts are in the inbox again.
        long nanos = database.writeRepeatable(connection -> {
            long start = System.nanoTime();
            process(steps);
            return System.nanoTime() - start;
        });
        steps.forEach(this::countMismatch);
        return nanos;
    }

    private void processSingle(Step step) {
        try {
            processBatch(List.of(step));
        } catch (StoreUnavailable e) {
            throw e;
        } catch (RuntimeException e) {
            LOG.errorf(e, "cannot process an alert; it is stored as rejected");
            inbox.reject(
                    step.alert(),
                    RejectionReason.FAILED,
                    "cannot be processed: " + e.getClass().getSimpleName());
        }
    }

    /** Processes alerts in the caller's transaction. */
    private void process(List<Step> steps) {
        inbox.removeAll(steps.stream().map(Step::alert).toList());
        List<EnrichedAlert> enriched = new ArrayList<>();
        for (Step step : steps) {
            switch (step) {
                case Step.Reject(AlertInbox.Waiting alert, RejectionReason code, String reason) ->
                    inbox.addRejected(new AlertInbox.RejectedDocument(code, reason, alert.document()));
                case Step.Count count -> {
                    switch (count.result()) {
                        case EnrichStage.Result.Health(var message, var sender) ->
                            deduplicateStage.recordHealth(message, sender);
                        case EnrichStage.Result.Enriched(var alerts) -> enriched.addAll(alerts);
                    }
                }
            }
        }
        deduplicateStage.countAll(enriched);
    }

    private void countMismatch(Step step) {
        if (step instanceof Step.Count count && count.result() instanceof EnrichStage.Result.Enriched enriched) {
            Enrichment enrichment = enriched.alert().enrichment();
            if (enrichment.sender().verified()
                    && !TargetConfirmations.of(enrichment).falseClaims().isEmpty()) {
                metrics.mismatched();
            }
        }
    }

    /** The next step for an alert. */
    private sealed interface Step {
        AlertInbox.Waiting alert();

        record Count(AlertInbox.Waiting alert, EnrichStage.Result result) implements Step {}

        record Reject(AlertInbox.Waiting alert, RejectionReason code, String reason) implements Step {}
    }
}
