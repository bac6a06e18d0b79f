package io.tiercel.functions.local.worker;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.tiercel.functions.incident.StoreUnavailable;
import io.tiercel.functions.intake.AlertRejected;
import io.tiercel.functions.json.Json;
import io.tiercel.functions.local.sqlite.AlertInbox;
import io.tiercel.functions.local.sqlite.SqliteDatabase;
import io.tiercel.functions.local.sqlite.SqliteIncidentStore;
import io.tiercel.functions.stage.DeduplicateStage;
import io.tiercel.functions.stage.EnrichStage;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import org.jboss.logging.Logger;

/**
 * Processes stored alerts in the order of arrival, with the same stages as Lambda. Alerts are enriched in parallel, because
 * enrichment waits for services. They are counted in batches, because every commit waits for the disk. The transaction that
 * counts an alert also removes it from the inbox.
 */
public final class AlertWorker {
    private static final Logger LOG = Logger.getLogger(AlertWorker.class);
    private static final int BATCH = 256;
    /** The maximum number of alerts that are enriched in parallel. */
    private static final int MAX_PARALLEL = 16;

    private static final int PRUNE_EVERY = 50_000;
    private static final Duration POLL_INTERVAL = Duration.ofSeconds(1);

    private final SqliteDatabase database;
    private final AlertInbox inbox;
    private final SqliteIncidentStore incidents;
    private final EnrichStage enrichStage;
    private final DeduplicateStage deduplicateStage;
    private final Semaphore permits = new Semaphore(MAX_PARALLEL);
    private final BackgroundLoop loop;
    private int sincePrune;

    public AlertWorker(
            SqliteDatabase database,
            AlertInbox inbox,
            SqliteIncidentStore incidents,
            EnrichStage enrichStage,
            DeduplicateStage deduplicateStage) {
        this.database = database;
        this.inbox = inbox;
        this.incidents = incidents;
        this.enrichStage = enrichStage;
        this.deduplicateStage = deduplicateStage;
        this.loop = new BackgroundLoop("alerts", this::runOnce);
    }

    /** Starts with the alerts that are in the inbox. */
    public void start() {
        loop.start();
    }

    /** Wakes the worker after alerts were added to the inbox. */
    public void wake() {
        loop.wake();
    }

    /** Stops after the current batch. */
    public void stop(Duration timeout) {
        loop.stop(timeout);
    }

    private Duration runOnce() {
        List<AlertInbox.Waiting> batch = inbox.next(BATCH);
        if (batch.isEmpty()) {
            return POLL_INTERVAL;
        }
        List<Step> steps = enrichAll(batch);
        try {
            processBatch(steps);
        } catch (StoreUnavailable e) {
            throw e;
        } catch (RuntimeException e) {
            LOG.warnf("a batch of alerts failed (%s); processing its alerts one by one", e);
            steps.forEach(this::processSingle);
        }
        sincePrune += batch.size();
        if (sincePrune >= PRUNE_EVERY) {
            incidents.prune();
            sincePrune = 0;
        }
        return Duration.ZERO;
    }

    private List<Step> enrichAll(List<AlertInbox.Waiting> batch) {
        List<Future<Step>> steps;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            steps = batch.stream()
                    .map(alert -> threads.submit(() -> enrich(alert)))
                    .toList();
        }
        return steps.stream().map(Future::resultNow).toList();
    }

    private Step enrich(AlertInbox.Waiting alert) {
        permits.acquireUninterruptibly();
        try {
            return new Step.Count(alert, enrichStage.enrich(Json.MAPPER.readTree(alert.document())));
        } catch (AlertRejected e) {
            return new Step.Reject(alert, e.reason());
        } catch (JsonProcessingException e) {
            return new Step.Reject(alert, "not JSON: " + e.getOriginalMessage());
        } catch (RuntimeException e) {
            LOG.errorf(e, "cannot enrich an alert; it is stored as rejected");
            return new Step.Reject(alert, "cannot be enriched: " + e.getClass().getSimpleName());
        } finally {
            permits.release();
        }
    }

    private void processBatch(List<Step> steps) {
        database.write(connection -> {
            steps.forEach(this::process);
            return steps;
        });
    }

    private void processSingle(Step step) {
        try {
            // All writes for one alert belong to one transaction.
            database.write(connection -> {
                process(step);
                return step;
            });
        } catch (StoreUnavailable e) {
            throw e;
        } catch (RuntimeException e) {
            LOG.errorf(e, "cannot process an alert; it is stored as rejected");
            inbox.reject(step.alert(), "cannot be processed: " + e.getClass().getSimpleName());
        }
    }

    private void process(Step step) {
        switch (step) {
            case Step.Reject(AlertInbox.Waiting alert, String reason) -> inbox.reject(alert, reason);
            case Step.Count(var alert, EnrichStage.Result.Health(var message, var sender)) ->
                deduplicateStage.recordHealth(message, sender);
            case Step.Count(var alert, EnrichStage.Result.Enriched(var alerts)) ->
                alerts.forEach(deduplicateStage::count);
        }
    }

    /** The next step for an alert. */
    private sealed interface Step {
        AlertInbox.Waiting alert();

        record Count(AlertInbox.Waiting alert, EnrichStage.Result result) implements Step {}

        record Reject(AlertInbox.Waiting alert, String reason) implements Step {}
    }
}
