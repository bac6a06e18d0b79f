package io.tiercel.sensor.container;

import io.tiercel.sensor.container.ContainerRuntime.Answer;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Asks runtimes about containers, in threads of its own, each container until somebody knows it.
 *
 * <p>A container may run before its runtime tells of it, and a runtime may be started anew, so who gets no answer asks
 * again, after ever longer pauses. Where there is no runtime at all, or none has known the container for some seconds,
 * that is an answer as well; if it turns out otherwise later, a second one follows.
 */
public final class ContainerWatch implements AutoCloseable {
    /** Containers that are asked for at a time; what is beyond is answered with nothing at once. */
    private static final int MAX_QUESTIONS = 4096;

    private static final int THREADS = 2;
    private static final long FIRST_PAUSE_MILLIS = 20;
    private static final long LONGEST_PAUSE_MILLIS = 60_000;

    /** How long a container may run before its runtime tells of it, in nanoseconds. */
    private static final long SETTLED_NANOS = 5_000_000_000L;

    /** Why a runtime does not answer is said again after so long, in nanoseconds. */
    private static final long SILENCE_NANOS = 60_000_000_000L;

    private static final System.Logger LOG = System.getLogger(ContainerWatch.class.getName());

    /**
     * What is known of a container.
     *
     * @param metadata null if no runtime knows it
     */
    public record Outcome(String id, @Nullable ContainerMetadata metadata) {}

    private static final class Question {
        final String id;
        final long askedNanos = System.nanoTime();
        long pauseMillis = FIRST_PAUSE_MILLIS;
        boolean toldUnknown;
        volatile boolean forgotten;

        Question(String id) {
            this.id = id;
        }
    }

    private final List<ContainerRuntime> runtimes;
    private final ConcurrentMap<String, Question> questions = new ConcurrentHashMap<>();
    private final Queue<Outcome> outcomes = new ConcurrentLinkedQueue<>();
    private final ScheduledThreadPoolExecutor workers;
    private volatile long silentUntilNanos = System.nanoTime();

    /** Watches through these runtimes, which it closes in the end. */
    public ContainerWatch(List<ContainerRuntime> runtimes) {
        this.runtimes = List.copyOf(runtimes);
        ThreadFactory threads =
                Thread.ofPlatform().daemon().name("containers-", 0).factory();
        this.workers = new ScheduledThreadPoolExecutor(THREADS, threads);
        workers.setRemoveOnCancelPolicy(true);
        workers.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        this.runtimes.forEach(runtime -> workers.execute(runtime::prepare));
    }

    /** Asks for a container by its whole id, if that has not been asked yet; the answer comes with {@link #poll}. */
    public void ask(String id) {
        if (questions.size() >= MAX_QUESTIONS) {
            outcomes.add(new Outcome(id, null));
            return;
        }
        Question question = new Question(id);
        if (questions.putIfAbsent(id, question) == null) {
            later(question, 0);
        }
    }

    /** An answer that has come; null if there is none now. */
    public @Nullable Outcome poll() {
        return outcomes.poll();
    }

    /** Asks no more for a container. */
    public void forget(String id) {
        Question question = questions.remove(id);
        if (question != null) {
            question.forgotten = true;
        }
    }

    /** Containers that are still asked for. */
    public int waiting() {
        return questions.size();
    }

    /** Ends the questions and closes the runtimes. */
    @Override
    public void close() {
        workers.shutdownNow();
        runtimes.forEach(ContainerRuntime::close);
    }

    private void later(Question question, long millis) {
        try {
            workers.schedule(() -> work(question), millis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            question.forgotten = true; // closed meanwhile: nobody waits for the answer
        }
    }

    private void work(Question question) {
        if (question.forgotten) {
            return;
        }
        ContainerMetadata metadata = null;
        boolean anybody = false;
        boolean everybodyAnswered = true;
        for (ContainerRuntime runtime : runtimes) {
            if (metadata == null && runtime.present()) {
                anybody = true;
                switch (ask(runtime, question.id)) {
                    case Answer.Found(ContainerMetadata found) -> metadata = found;
                    case Answer.NotThere() -> {}
                    case Answer.Unavailable(String reason) -> {
                        everybodyAnswered = false;
                        complain(reason);
                    }
                }
            }
        }
        if (question.forgotten) {
            return;
        }
        if (metadata != null) {
            questions.remove(question.id, question);
            outcomes.add(new Outcome(question.id, metadata));
            return;
        }
        boolean settled = everybodyAnswered && System.nanoTime() - question.askedNanos > SETTLED_NANOS;
        if (!question.toldUnknown && (!anybody || settled)) {
            question.toldUnknown = true;
            outcomes.add(new Outcome(question.id, null));
        }
        later(question, question.pauseMillis);
        question.pauseMillis = Math.min(2 * question.pauseMillis, LONGEST_PAUSE_MILLIS);
    }

    /** A fault in one answer is not the end of all questions. */
    private static Answer ask(ContainerRuntime runtime, String id) {
        try {
            return runtime.find(id);
        } catch (RuntimeException e) {
            return new Answer.Unavailable("asking for container " + id + " failed: " + e);
        }
    }

    private void complain(String reason) {
        long now = System.nanoTime();
        if (now - silentUntilNanos >= 0) {
            silentUntilNanos = now + SILENCE_NANOS;
            LOG.log(System.Logger.Level.WARNING, "a container runtime does not answer: {0}", reason);
        }
    }
}
