package io.tiercel.sensor.container;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.sensor.container.ContainerWatch.Outcome;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ContainerWatchTest {
    private static final ContainerMetadata WEB = new ContainerMetadata(
            "web",
            "web",
            "",
            ContainerImage.NONE,
            false,
            false,
            false,
            false,
            "",
            "",
            "",
            false,
            new TreeMap<>(),
            new TreeMap<>(),
            new TreeMap<>(),
            List.of(),
            List.of(),
            0,
            0);

    /** Answers by number of the question. */
    private static class Scripted implements ContainerRuntime {
        final AtomicInteger asked = new AtomicInteger();
        volatile boolean present = true;
        volatile boolean closed;

        @Override
        public boolean present() {
            return present;
        }

        @Override
        public void prepare() {}

        @Override
        public Answer find(String id) {
            return switch (asked.incrementAndGet()) {
                case 1 -> new Answer.NotThere();
                case 2 -> new Answer.Unavailable("busy");
                case 3 -> throw new IllegalStateException("a fault");
                default -> new Answer.Found(WEB);
            };
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    private static Outcome outcome(ContainerWatch watch) {
        return await().until(() -> Optional.ofNullable(watch.poll()), Optional::isPresent)
                .orElseThrow();
    }

    @Test
    void whoGetsNoAnswerAsksAgain() {
        Scripted runtime = new Scripted();
        try (ContainerWatch watch = new ContainerWatch(List.of(runtime))) {
            watch.ask("web");
            watch.ask("web");
            Outcome outcome = outcome(watch);
            assertEquals(new Outcome("web", WEB), outcome);
            assertEquals(4, runtime.asked.get());
            assertEquals(0, watch.waiting());
        }
        assertTrue(runtime.closed);
    }

    @Test
    void withoutAnyRuntimeTheAnswerIsThatNobodyKnowsAndChangesWhenOneComes() {
        Scripted runtime = new Scripted();
        runtime.present = false;
        try (ContainerWatch watch = new ContainerWatch(List.of(runtime))) {
            watch.ask("web");
            assertEquals(new Outcome("web", null), outcome(watch));
            assertEquals(0, runtime.asked.get());
            runtime.present = true;
            assertEquals(new Outcome("web", WEB), outcome(watch));
        }
    }

    @Test
    void whatIsForgottenIsAskedForNoMore() {
        Scripted runtime = new Scripted();
        runtime.present = false;
        try (ContainerWatch watch = new ContainerWatch(List.of(runtime))) {
            watch.ask("web");
            outcome(watch);
            watch.forget("web");
            assertEquals(0, watch.waiting());
            runtime.present = true;
            watch.ask("other");
            assertEquals("other", outcome(watch).id());
            assertNull(watch.poll());
        }
    }
}
