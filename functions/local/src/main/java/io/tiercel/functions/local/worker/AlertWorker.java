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
 * Takes stored alerts, in the order of their arrival, through the same stages as Lambda does. They are enriched side by side,
 * since that may wait for others, and then counted many in one transaction, since each commit waits for the disk. An alert
 * leaves the inbox in the transaction that counts it.
 */
public final class AlertWorker {
    private static final Logger LOG = Logger.getLogger(AlertWorker.class);
    private static final int BATCH = 256;
    /** Alerts that are enriched side by side. */
    private static final int ASKERS = 16;

    private static final int PRUNE_EVERY = 50_000;
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

    private final SqliteDatabase database;
    private final AlertInbox inbox;
    private final SqliteIncidentStore incidents;
    private final EnrichStage enrichStage;
    private final DeduplicateStage deduplicateStage;
    private final Semaphore askers = new Semaphore(ASKERS);
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
        this.loop = new BackgroundLoop("alerts", this::turn);
    }

    /** Starts with what was left in the inbox. */
    public void start() {
        loop.start();
    }

    /** Says that there is something in the inbox. */
    public void wake() {
        loop.wake();
    }

    /** Stops after the running batch. */
    public void stop(Duration patience) {
        loop.stop(patience);
    }

    private Duration turn() {
        List<AlertInbox.Waiting> batch = inbox.next(BATCH);
        if (batch.isEmpty()) {
            return LOOK_AGAIN;
        }
        List<Step> steps = enriched(batch);
        try {
            together(steps);
        } catch (StoreUnavailable e) {
            throw e;
        } catch (RuntimeException e) {
            LOG.warnf("a batch of alerts failed (%s), trying its alerts one by one", e);
            steps.forEach(this::alone);
        }
        sincePrune += batch.size();
        if (sincePrune >= PRUNE_EVERY) {
            incidents.prune();
            sincePrune = 0;
        }
        return Duration.ZERO;
    }

    private List<Step> enriched(List<AlertInbox.Waiting> batch) {
        List<Future<Step>> steps;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            steps = batch.stream()
                    .map(alert -> threads.submit(() -> step(alert)))
                    .toList();
        }
        return steps.stream().map(Future::resultNow).toList();
    }

    private Step step(AlertInbox.Waiting alert) {
        askers.acquireUninterruptibly();
        try {
            return new Step.Count(alert, enrichStage.enrich(Json.MAPPER.readTree(alert.document())));
        } catch (AlertRejected e) {
            return new Step.GiveUp(alert, e.reason());
        } catch (JsonProcessingException e) {
            return new Step.GiveUp(alert, "not JSON: " + e.getOriginalMessage());
        } catch (RuntimeException e) {
            LOG.errorf(e, "an alert cannot be enriched and is kept among the refused ones");
            return new Step.GiveUp(alert, "cannot be enriched: " + e.getClass().getSimpleName());
        } finally {
            askers.release();
        }
    }

    private void together(List<Step> steps) {
        database.write(connection -> {
            steps.forEach(this::process);
            return steps;
        });
    }

    private void alone(Step step) {
        try {
            // What it writes belongs together, here as well.
            database.write(connection -> {
                process(step);
                return step;
            });
        } catch (StoreUnavailable e) {
            throw e;
        } catch (RuntimeException e) {
            LOG.errorf(e, "an alert cannot be processed and is kept among the refused ones");
            inbox.giveUp(step.alert(), "cannot be processed: " + e.getClass().getSimpleName());
        }
    }

    private void process(Step step) {
        switch (step) {
            case Step.GiveUp(AlertInbox.Waiting alert, String reason) -> inbox.giveUp(alert, reason);
            case Step.Count(var alert, EnrichStage.Result.Health(var message)) ->
                deduplicateStage.recordHealth(message);
            case Step.Count(var alert, EnrichStage.Result.Enriched(var enriched)) -> deduplicateStage.count(enriched);
        }
    }

    /** What is to be done about an alert. */
    private sealed interface Step {
        AlertInbox.Waiting alert();

        record Count(AlertInbox.Waiting alert, EnrichStage.Result result) implements Step {}

        record GiveUp(AlertInbox.Waiting alert, String reason) implements Step {}
    }
}
