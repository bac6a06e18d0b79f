package io.tiercel.functions.local.worker;

import io.tiercel.functions.incident.StoreUnavailable;
import io.tiercel.functions.local.sqlite.ResponseQueue;
import io.tiercel.functions.stage.IncidentReference;
import io.tiercel.functions.stage.TiercelFunctions;
import java.time.Duration;
import java.util.List;
import org.jboss.logging.Logger;

/** Has the responder look at the incidents that have changed, one after the other. */
public final class ResponseWorker {
    private static final Logger LOG = Logger.getLogger(ResponseWorker.class);
    private static final int BATCH = 100;
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(5);
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);

    private final ResponseQueue queue;
    private final TiercelFunctions functions;
    private final BackgroundLoop loop;

    public ResponseWorker(ResponseQueue queue, TiercelFunctions functions) {
        this.queue = queue;
        this.functions = functions;
        this.loop = new BackgroundLoop("respond", this::turn);
    }

    /** Starts with what was left waiting. */
    public void start() {
        queue.listen(loop::wake);
        loop.start();
    }

    /** Stops after the incident that is being looked at. */
    public void stop(Duration patience) {
        loop.stop(patience);
    }

    private Duration turn() {
        List<ResponseQueue.Waiting> waiting = queue.next(BATCH);
        boolean failed = false;
        for (ResponseQueue.Waiting incident : waiting) {
            if (loop.stopping()) {
                return Duration.ZERO;
            }
            failed |= !responded(incident);
        }
        return waiting.isEmpty() ? LOOK_AGAIN : failed ? AFTER_FAILURE : Duration.ZERO;
    }

    private boolean responded(ResponseQueue.Waiting incident) {
        try {
            functions.respond(new IncidentReference(incident.incidentId()));
            queue.done(incident);
            return true;
        } catch (StoreUnavailable e) {
            throw e;
        } catch (RuntimeException e) {
            boolean again = queue.failed(incident);
            LOG.errorf(
                    e,
                    "responding to incident %s failed, %s",
                    incident.incidentId(),
                    again ? "to be tried again" : "not tried again until it changes");
            return false;
        }
    }
}
