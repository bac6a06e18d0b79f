package io.tiercel.functions.local.work;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tiercel.functions.TiercelFunctions;
import io.tiercel.functions.incident.StoreUnavailable;
import io.tiercel.functions.intake.AlertRefused;
import io.tiercel.functions.local.store.Database;
import io.tiercel.functions.local.store.Inbox;
import io.tiercel.functions.local.store.SqliteIncidentStore;
import java.time.Duration;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * Takes stored alerts, in the order of their arrival, through the same function that Lambda calls; many in one transaction,
 * since each commit waits for the disk. An alert leaves the inbox in the transaction that counts it.
 */
public final class InboxWorker {
    private static final Logger LOG = Logger.getLogger(InboxWorker.class);
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int BATCH = 256;
    private static final int PRUNE_EVERY = 50_000;
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

    private final Database database;
    private final Inbox inbox;
    private final SqliteIncidentStore incidents;
    private final TiercelFunctions functions;
    private final Loop loop;
    private int sincePrune;

    public InboxWorker(Database database, Inbox inbox, SqliteIncidentStore incidents, TiercelFunctions functions) {
        this.database = database;
        this.inbox = inbox;
        this.incidents = incidents;
        this.functions = functions;
        this.loop = new Loop("alerts", this::turn);
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
        List<Inbox.Waiting> batch = inbox.next(BATCH);
        if (batch.isEmpty()) {
            return LOOK_AGAIN;
        }
        try {
            together(batch);
        } catch (StoreUnavailable e) {
            throw e;
        } catch (RuntimeException e) {
            LOG.warnf("a batch of alerts failed (%s), trying its alerts one by one", e);
            batch.forEach(this::alone);
        }
        sincePrune += batch.size();
        if (sincePrune >= PRUNE_EVERY) {
            incidents.prune();
            sincePrune = 0;
        }
        return Duration.ZERO;
    }

    private void together(List<Inbox.Waiting> batch) {
        database.write(connection -> {
            batch.forEach(this::process);
            return batch;
        });
    }

    private void alone(Inbox.Waiting alert) {
        try {
            process(alert);
        } catch (StoreUnavailable e) {
            throw e;
        } catch (RuntimeException e) {
            LOG.errorf(e, "an alert cannot be processed and is kept among the refused ones");
            inbox.giveUp(alert, "cannot be processed: " + e.getClass().getSimpleName());
        }
    }

    private void process(Inbox.Waiting alert) {
        try {
            JsonNode document = JSON.readTree(alert.document());
            functions.alert(document);
        } catch (AlertRefused e) {
            inbox.giveUp(alert, e.reason());
        } catch (JsonProcessingException e) {
            inbox.giveUp(alert, "not JSON: " + e.getOriginalMessage());
        }
    }
}
