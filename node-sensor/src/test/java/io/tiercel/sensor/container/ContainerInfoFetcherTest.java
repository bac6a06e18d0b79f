package io.tiercel.sensor.container;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.sensor.container.ContainerInfoFetcher.Result;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class ContainerInfoFetcherTest {
    private static final ContainerInfo WEB = new ContainerInfo(
            "web",
            "web",
            "",
            ContainerImage.UNKNOWN,
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

    /** Returns one response per query. */
    private static class ScriptedRuntime implements ContainerRuntime {
        final AtomicInteger queries = new AtomicInteger();
        volatile boolean present = true;
        volatile boolean closed;

        @Override
        public boolean isPresent() {
            return present;
        }

        @Override
        public Response find(String id) {
            if (id.equals(NONEXISTENT_ID)) {
                return new Response.NotFound();
            }
            return switch (queries.incrementAndGet()) {
                case 1 -> new Response.NotFound();
                case 2 -> new Response.Unavailable("busy");
                case 3 -> throw new IllegalStateException("unexpected");
                default -> new Response.Found(WEB);
            };
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    private static Result awaitResult(ContainerInfoFetcher fetcher) {
        return await().pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .until(() -> Optional.ofNullable(fetcher.poll()), Optional::isPresent)
                .orElseThrow();
    }

    @Test
    void retriesUntilARuntimeReturnsTheMetadata() {
        ScriptedRuntime runtime = new ScriptedRuntime();
        try (ContainerInfoFetcher fetcher = new ContainerInfoFetcher(List.of(runtime))) {
            fetcher.request("web");
            fetcher.request("web");
            Result result = awaitResult(fetcher);
            assertEquals(new Result("web", WEB), result);
            assertEquals(4, runtime.queries.get());
            assertEquals(0, fetcher.openRequests());
        }
        assertTrue(runtime.closed);
    }

    @Test
    void reportsNotFoundWithoutRuntimeAndMetadataOnceOneAppears() {
        ScriptedRuntime runtime = new ScriptedRuntime();
        runtime.present = false;
        try (ContainerInfoFetcher fetcher = new ContainerInfoFetcher(List.of(runtime))) {
            fetcher.request("web");
            assertEquals(new Result("web", null), awaitResult(fetcher));
            assertEquals(0, runtime.queries.get());
            runtime.present = true;
            assertEquals(new Result("web", WEB), awaitResult(fetcher));
        }
    }

    @Test
    void cancelledRequestsAreNotRetried() {
        ScriptedRuntime runtime = new ScriptedRuntime();
        runtime.present = false;
        try (ContainerInfoFetcher fetcher = new ContainerInfoFetcher(List.of(runtime))) {
            fetcher.request("web");
            awaitResult(fetcher);
            fetcher.cancel("web");
            assertEquals(0, fetcher.openRequests());
            runtime.present = true;
            fetcher.request("other");
            assertEquals("other", awaitResult(fetcher).id());
            assertNull(fetcher.poll());
        }
    }

    /** A runtime that does not answer while it is silent. Otherwise it knows all containers whose id starts with {@code web}. */
    private static final class SilentRuntime extends ScriptedRuntime {
        volatile boolean silent;

        @Override
        public Response find(String id) {
            if (silent) {
                queries.incrementAndGet();
                return new Response.TimedOut("silent");
            }
            return id.startsWith("web") ? new Response.Found(WEB) : new Response.NotFound();
        }
    }

    @Test
    void aSilentRuntimeIsProbedAndAllRequestsAreRepeatedOnceItAnswers() {
        SilentRuntime runtime = new SilentRuntime();
        runtime.silent = true;
        try (ContainerInfoFetcher fetcher = new ContainerInfoFetcher(List.of(runtime))) {
            await().until(() -> fetcher.status().silentRuntimes() == 1);
            for (int i = 0; i < 1_000; i++) {
                fetcher.request("web-" + i);
            }
            await().until(() -> fetcher.status().timedOut() >= 3);
            assertTrue(runtime.queries.get() < 20, "only probes are sent, but " + runtime.queries + " queries were");
            assertEquals(1_000, fetcher.openRequests());
            runtime.silent = false;
            for (int i = 0; i < 1_000; i++) {
                assertEquals(WEB, awaitResult(fetcher).info());
            }
            await().until(() -> fetcher.openRequests() == 0);
            assertEquals(0, fetcher.status().silentRuntimes());
        }
    }

    @Test
    void aSilentRuntimeDoesNotDelayOthers() {
        SilentRuntime silent = new SilentRuntime();
        silent.silent = true;
        SilentRuntime other = new SilentRuntime();
        try (ContainerInfoFetcher fetcher = new ContainerInfoFetcher(List.of(silent, other))) {
            for (int i = 0; i < 100; i++) {
                fetcher.request("web-" + i);
                assertEquals(WEB, awaitResult(fetcher).info());
            }
            assertTrue(silent.queries.get() < 20, () -> "queries: " + silent.queries);
        }
    }
}
