package io.tiercel.functions.local.sqlite;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.functions.contract.Alerts;
import io.tiercel.functions.identity.Sender;
import io.tiercel.functions.incident.StoreUnavailable;
import io.tiercel.functions.intake.AlertParser;
import io.tiercel.functions.intake.IdentifiedAlert;
import io.tiercel.functions.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class GroupCommitTest {
    private static final int THREADS = 16;

    @TempDir
    Path folder;

    /** Runs a task on each of several threads, after all threads have started. */
    private static <T> List<Future<T>> start(ExecutorService threads, int count, Task<T> task) {
        CountDownLatch started = new CountDownLatch(count);
        return IntStream.range(0, count)
                .mapToObj(number -> threads.submit(() -> {
                    started.countDown();
                    started.await();
                    return task.run(number);
                }))
                .toList();
    }

    @FunctionalInterface
    private interface Task<T> {
        T run(int number) throws Exception;
    }

    @Test
    void a_request_succeeds_exactly_if_its_group_was_committed() throws Exception {
        Set<Integer> committed = ConcurrentHashMap.newKeySet();
        AtomicInteger groups = new AtomicInteger();
        GroupCommit<Integer> commits = new GroupCommit<>(5, group -> {
            assertTrue(group.size() <= 5);
            if (groups.incrementAndGet() % 3 == 0) {
                throw new StoreUnavailable("disk full", new IOException());
            }
            group.forEach(request -> assertTrue(committed.add(request), "committed twice"));
        });
        int perThread = 500;
        Set<Integer> succeeded = new HashSet<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            List<Future<List<Integer>>> results = start(threads, THREADS, thread -> {
                List<Integer> own = new ArrayList<>();
                for (int i = 0; i < perThread; i++) {
                    int request = thread * perThread + i;
                    try {
                        commits.run(request, 1);
                        own.add(request);
                        assertTrue(committed.contains(request), "answered before the commit");
                    } catch (StoreUnavailable e) {
                        assertEquals("disk full", e.getMessage());
                    }
                }
                return own;
            });
            for (Future<List<Integer>> result : results) {
                succeeded.addAll(result.get());
            }
        }
        assertEquals(committed, succeeded);
        assertTrue(succeeded.size() < THREADS * perThread, "no group failed");
    }

    @Test
    void an_error_fails_the_whole_group_and_the_next_one_is_committed() {
        GroupCommit<String> commits = new GroupCommit<>(10, group -> {
            if (group.contains("bad")) {
                throw new StackOverflowError();
            }
        });
        assertThrows(StackOverflowError.class, () -> commits.run("bad", 1));
        commits.run("larger than a group", 100);
    }

    private static IdentifiedAlert alert(int number) throws IOException {
        return AlertParser.parse(Json.MAPPER.readTree(Alerts.json("a/" + number, "Rule", 1)));
    }

    private static int accept(AlertInbox inbox, int number) throws IOException {
        try {
            return inbox.accept(List.of(alert(number)), List.of(), Sender.NONE);
        } catch (StoreUnavailable e) {
            return -1;
        }
    }

    /** The files are moved while requests wait, so that the commit of a group with several requests fails. */
    @Test
    void no_request_of_a_failed_commit_is_accepted_and_all_are_accepted_later() throws Exception {
        try (SqliteDatabase database = SqliteDatabase.open(folder);
                ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            AlertInbox inbox = new AlertInbox(database, InstantSource.system());
            assertEquals(1, accept(inbox, 1_000));
            Path file = folder.resolve("functions.db");
            Path moved = folder.resolve("moved");
            Set<Thread> posting = ConcurrentHashMap.newKeySet();
            List<Future<Integer>> failed = database.write(_ -> {
                List<Future<Integer>> results = start(threads, THREADS, number -> {
                    posting.add(Thread.currentThread());
                    return accept(inbox, number);
                });
                await().until(() -> posting.size() == THREADS
                        && posting.stream().allMatch(thread -> thread.getState() == Thread.State.WAITING));
                return results;
            });
            List<Future<Integer>> all = new ArrayList<>(failed);
            for (Future<Integer> accepted : all) {
                assertEquals(1, accepted.get(), "all waited for this thread's transaction and were then stored");
            }
            assertEquals(THREADS + 1, inbox.totals().waiting());

            Files.move(file, moved);
            List<Future<Integer>> refused = start(threads, THREADS, number -> accept(inbox, 100 + number));
            for (Future<Integer> accepted : refused) {
                assertEquals(-1, accepted.get());
            }
            Files.move(moved, file);
            assertEquals(THREADS + 1, inbox.totals().waiting(), "nothing of the failed groups is stored");
            for (Future<Integer> accepted : start(threads, THREADS, number -> accept(inbox, 100 + number))) {
                assertEquals(1, accepted.get());
            }
            List<AlertInbox.Waiting> waiting = new ArrayList<>();
            for (List<AlertInbox.Waiting> next = inbox.next(AlertInbox.Lane.UNVERIFIED, 7);
                    !next.isEmpty();
                    next = inbox.next(AlertInbox.Lane.UNVERIFIED, 7)) {
                inbox.removeAll(next);
                waiting.addAll(next);
            }
            assertEquals(
                    2 * THREADS + 1,
                    waiting.stream()
                            .map(AlertInbox.Waiting::document)
                            .distinct()
                            .count());
            assertEquals(2 * THREADS + 1, waiting.size());
        }
    }
}
