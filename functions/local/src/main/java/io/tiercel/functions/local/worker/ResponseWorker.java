package io.tiercel.functions.local.worker;

import io.tiercel.functions.incident.StoreUnavailable;
import io.tiercel.functions.local.sqlite.ResponseQueue;
import io.tiercel.functions.stage.IncidentReference;
import io.tiercel.functions.stage.RespondStage;
import java.time.Duration;
import java.util.List;
import org.jboss.logging.Logger;

/** Processes response requests one by one. */
public final class ResponseWorker {
    private static final Logger LOG = Logger.getLogger(ResponseWorker.class);
    private static final int BATCH = 100;
    private static final Duration POLL_INTERVAL = Duration.ofSeconds(5);
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);

    private final ResponseQueue queue;
    private final RespondStage stage;
    private final BackgroundLoop loop;

    public ResponseWorker(ResponseQueue queue, RespondStage stage) {
        this.queue = queue;
        this.stage = stage;
        this.loop = new BackgroundLoop("respond", this::runOnce);
    }

    /** Starts with the pending requests. */
    public void start() {
        queue.listen(loop::wake);
        loop.start();
    }

    /** Stops after the current incident. */
    public void stop(Duration timeout) {
        loop.stop(timeout);
    }

    private Duration runOnce() {
        List<ResponseQueue.Waiting> waiting = queue.next(BATCH);
        boolean failed = false;
        for (ResponseQueue.Waiting incident : waiting) {
            if (loop.stopping()) {
                return Duration.ZERO;
            }
            failed |= !respond(incident);
        }
        return waiting.isEmpty() ? POLL_INTERVAL : failed ? AFTER_FAILURE : Duration.ZERO;
    }

    private boolean respond(ResponseQueue.Waiting incident) {
        try {
            stage.respond(new IncidentReference(incident.incidentId()));
            queue.done(incident);
            return true;
        } catch (StoreUnavailable e) {
            throw e;
        } catch (RuntimeException e) {
            boolean again = queue.failed(incident);
            LOG.errorf(
                    e,
                    "the response to incident %s failed; %s",
                    incident.incidentId(),
                    again ? "it will be retried" : "it will not be retried until the incident changes");
            return false;
        }
    }
}
