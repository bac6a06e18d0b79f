package io.tiercel.functions.local.worker;

import io.tiercel.functions.incident.StoreUnavailable;
import io.tiercel.functions.incident.UrgencyClass;
import io.tiercel.functions.local.sqlite.ResponseQueue;
import io.tiercel.functions.local.sqlite.SqliteDatabase;
import io.tiercel.functions.stage.IncidentReference;
import io.tiercel.functions.stage.RespondStage;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jboss.logging.Logger;

/**
 * Processes response requests on several threads. Each {@link UrgencyClass} has threads of its own, so that no class waits for another. A
 * verified sender never has all threads of its class, so that one compromised node delays itself only. For the same reason, a target such as
 * a pod never has all threads of its sender.
 */
public final class ResponseWorker {
    private static final Logger LOG = Logger.getLogger(ResponseWorker.class);

    /** The number of threads of a class of verified senders. Responses mostly wait for other systems. */
    private static final int THREADS = 4;

    /** Fewer, because their transactions delay those of the other classes. */
    private static final int UNVERIFIED_THREADS = 2;

    /** The maximum number of requests of one verified sender that are processed at the same time. */
    private static final int MAX_OF_SENDER = THREADS - 1;

    /** The maximum number of requests of one target of a verified sender that are processed at the same time. */
    private static final int MAX_OF_TARGET = MAX_OF_SENDER - 1;

    /** The requests among which a thread looks for one that it may process. A new sender is always among the first ones. */
    private static final int MAX_CANDIDATES = 100;

    private static final Duration POLL_INTERVAL = Duration.ofSeconds(5);
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);

    private final ResponseQueue queue;
    private final RespondStage stage;
    private final List<Lane> lanes =
            Arrays.stream(UrgencyClass.values()).map(Lane::new).toList();

    public ResponseWorker(ResponseQueue queue, RespondStage stage) {
        this.queue = queue;
        this.stage = stage;
    }

    /** Starts with the pending requests. */
    public void start() {
        queue.listen(() -> lanes.forEach(Lane::wake));
        lanes.forEach(lane -> lane.loops.forEach(BackgroundLoop::start));
    }

    /** Stops after the current incidents. */
    public void stop(Duration timeout) {
        List<Thread> stopping = lanes.stream()
                .flatMap(lane -> lane.loops.stream())
                .map(loop -> Thread.startVirtualThread(() -> loop.stop(timeout)))
                .toList();
        for (Thread thread : stopping) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** The threads of one class. */
    private final class Lane {
        private final UrgencyClass urgency;
        private final List<BackgroundLoop> loops;

        /** The requests that a thread processes, by incident. */
        private final Map<String, ResponseQueue.Waiting> running = new HashMap<>();

        Lane(UrgencyClass urgency) {
            this.urgency = urgency;
            String name = "respond-" + urgency.name().toLowerCase(Locale.ROOT).replace('_', '-') + "-";
            boolean unverified = urgency == UrgencyClass.UNVERIFIED;
            this.loops = IntStream.range(0, unverified ? UNVERIFIED_THREADS : THREADS)
                    .mapToObj(number -> new BackgroundLoop(
                            name + number, unverified ? SqliteDatabase.yielding(this::runOnce) : this::runOnce))
                    .toList();
        }

        void wake() {
            loops.forEach(BackgroundLoop::wake);
        }

        private Duration runOnce() {
            Optional<ResponseQueue.Waiting> next = claim();
            if (next.isEmpty()) {
                return POLL_INTERVAL;
            }
            ResponseQueue.Waiting request = next.get();
            try {
                return respond(request) ? Duration.ZERO : AFTER_FAILURE;
            } finally {
                release(request);
            }
        }

        /** Returns the next request that no thread processes and whose sender and target may have another thread. */
        private synchronized Optional<ResponseQueue.Waiting> claim() {
            Optional<ResponseQueue.Waiting> next = queue.next(urgency, MAX_CANDIDATES).stream()
                    .filter(request -> !running.containsKey(request.incidentId()))
                    .filter(request -> request.sender().isEmpty() || mayRun(request))
                    .findFirst();
            next.ifPresent(request -> running.put(request.incidentId(), request));
            return next;
        }

        private boolean mayRun(ResponseQueue.Waiting request) {
            int ofSender = 0;
            int ofTarget = 0;
            for (ResponseQueue.Waiting other : running.values()) {
                if (other.sender().equals(request.sender())) {
                    ofSender++;
                    ofTarget += other.target().equals(request.target()) ? 1 : 0;
                }
            }
            return ofSender < MAX_OF_SENDER && ofTarget < MAX_OF_TARGET;
        }

        /** Ends a claim. Threads that found no request may process another one of the sender now, or a newer one of the incident. */
        private synchronized void release(ResponseQueue.Waiting request) {
            running.remove(request.incidentId());
            wake();
        }
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
