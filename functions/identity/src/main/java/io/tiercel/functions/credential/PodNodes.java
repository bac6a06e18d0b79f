package io.tiercel.functions.credential;

import io.tiercel.functions.enrich.ClusterSource;
import io.tiercel.functions.enrich.PodFacts;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Finds the node of the pod in a token that does not name its node (before Kubernetes 1.32). The token's signature is verified
 * before, so that only the cluster's own pods cause lookups. Each has a deadline, and failures are remembered for some seconds.
 */
final class PodNodes {
    /** Deadline of a lookup. */
    static final Duration TIMEOUT = Duration.ofSeconds(2);

    /** Time until a failed lookup is repeated. */
    static final Duration FAILURE_TTL = Duration.ofSeconds(10);

    /** Maximum number of concurrent lookups, including abandoned ones, which end with the client's own timeout. */
    static final int MAX_CONCURRENT = 16;

    private static final int MAX_FAILURES = 1_000;

    private final @Nullable ClusterSource cluster;
    private final InstantSource clock;
    private final Semaphore running = new Semaphore(MAX_CONCURRENT);
    private final Map<Pod, Failure> failures = new LinkedHashMap<>();

    PodNodes(@Nullable ClusterSource cluster, InstantSource clock) {
        this.cluster = cluster;
        this.clock = clock;
    }

    /** The pod in a verified token. */
    record Pod(String namespace, String name, String uid, String serviceAccount) {}

    /** The result of a lookup. */
    sealed interface Result {
        /** The pod is on this node. */
        record Found(String node) implements Result {}

        /**
         * The node is unknown.
         *
         * @param reason one line
         */
        record Unknown(String reason) implements Result {}
    }

    private record Failure(Result.Unknown result, Instant at) {}

    /** Returns the node of a pod. May wait for the cluster, at most {@link #TIMEOUT}. */
    Result node(Pod pod) {
        if (cluster == null) {
            return new Result.Unknown(
                    "the token names no node, and there is no access to the cluster to look up its pod");
        }
        Result.Unknown recent = recentFailure(pod);
        if (recent != null) {
            return recent;
        }
        Result result = lookUp(cluster, pod);
        if (result instanceof Result.Unknown unknown) {
            remember(pod, unknown);
        }
        return result;
    }

    private synchronized Result.@Nullable Unknown recentFailure(Pod pod) {
        Failure failure = failures.get(pod);
        if (failure == null) {
            return null;
        }
        Duration age = Duration.between(failure.at(), clock.instant());
        if (age.isNegative() || age.compareTo(FAILURE_TTL) >= 0) {
            failures.remove(pod);
            return null;
        }
        return failure.result();
    }

    private synchronized void remember(Pod pod, Result.Unknown unknown) {
        failures.put(pod, new Failure(unknown, clock.instant()));
        if (failures.size() > MAX_FAILURES) {
            failures.remove(failures.keySet().iterator().next());
        }
    }

    private Result lookUp(ClusterSource source, Pod pod) {
        if (!running.tryAcquire()) {
            return new Result.Unknown("too many lookups of pods are running");
        }
        FutureTask<@Nullable PodFacts> task = new FutureTask<>(() -> {
            try {
                return source.pod(pod.namespace(), pod.name());
            } finally {
                running.release();
            }
        });
        Thread.ofVirtual().name("identity pod").start(task);
        try {
            return check(pod, task.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException e) {
            return new Result.Unknown(
                    "the cluster did not return the token's pod within " + TIMEOUT.toSeconds() + " seconds");
        } catch (ExecutionException e) {
            return new Result.Unknown("the lookup of the token's pod failed");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Result.Unknown("the lookup of the token's pod was interrupted");
        }
    }

    private static Result check(Pod pod, @Nullable PodFacts facts) {
        if (facts == null) {
            return new Result.Unknown("the token's pod does not exist");
        }
        if (!facts.uid().equals(pod.uid())) {
            return new Result.Unknown("the token is of another pod with the same name");
        }
        if (!facts.serviceAccount().equals(pod.serviceAccount())) {
            return new Result.Unknown("the token's pod has another service account");
        }
        return facts.node() == null
                ? new Result.Unknown("the token's pod has no node")
                : new Result.Found(facts.node());
    }
}
