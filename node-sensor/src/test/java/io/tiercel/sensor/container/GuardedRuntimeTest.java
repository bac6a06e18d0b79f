package io.tiercel.sensor.container;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.sensor.container.ContainerRuntime.Response;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class GuardedRuntimeTest {
    /** Answers the query for the container {@code late} after {@code lateAnswer}. All other queries get {@code answer} at once. */
    private static final class LateRuntime implements ContainerRuntime {
        final CountDownLatch lateQuery = new CountDownLatch(1);
        final CountDownLatch lateAnswer = new CountDownLatch(1);
        volatile Response answer = new Response.NotFound();

        @Override
        public boolean isPresent() {
            return true;
        }

        @Override
        public Response find(String id) {
            if (!id.equals("late")) {
                return answer;
            }
            lateQuery.countDown();
            try {
                lateAnswer.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return new Response.NotFound();
        }

        @Override
        public void close() {}
    }

    @Test
    void aRuntimeThatAnswersNowAndThenHasOneProbe() throws Exception {
        LateRuntime runtime = new LateRuntime();
        AtomicInteger silences = new AtomicInteger();
        try (GuardedRuntime guard = new GuardedRuntime(runtime, _ -> silences.incrementAndGet());
                ExecutorService other = Executors.newSingleThreadExecutor()) {
            other.execute(() -> guard.find("late"));
            runtime.lateQuery.await();
            runtime.answer = new Response.TimedOut("silent");
            guard.find("one");
            assertTrue(guard.isSilent());
            assertEquals(-1, guard.probe());
            assertInstanceOf(Response.Skipped.class, guard.find("two"));
            runtime.lateAnswer.countDown();
            await().until(() -> !guard.isSilent());

            guard.find("three");
            assertTrue(guard.isSilent());
            assertEquals(-1, guard.probe());
            assertEquals(1, silences.get(), "the first silence is still probed");

            runtime.answer = new Response.NotFound();
            assertTrue(guard.probe() >= 0);
            assertFalse(guard.isSilent());
            runtime.answer = new Response.TimedOut("silent again");
            guard.find("four");
            assertEquals(2, silences.get());
        }
    }
}
