package io.tiercel.sensor.bpf;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Threads that wait in wanted syscalls, from {@code /proc}. Hooks do not see the end of a call that began before them. A
 * thread counts until it is seen elsewhere. Reads can block, so this class is not for the event thread.
 */
final class CallsInProgress {
    /** Limits the memory: about half a kilobyte for each thread. */
    static final int MAX_THREADS = 10_000;

    private static final String NUMBERS = "[0-9]*";

    private final Path proc;
    private final String ownPid;
    private final Map<Path, String> waiting = new HashMap<>();
    /** Whether further threads wait, which are not in the map. */
    private boolean full;

    /**
     * Starts without threads.
     *
     * @param proc the mounted {@code /proc}
     * @param ownPid the process that is not captured
     */
    CallsInProgress(Path proc, int ownPid) {
        this.proc = proc;
        this.ownPid = Integer.toString(ownPid);
    }

    /** Adds the threads that wait in one of the syscalls now. */
    void add(Set<Integer> wanted) {
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(proc, NUMBERS)) {
            for (Path process : processes) {
                if (!process.endsWith(ownPid)) {
                    addThreads(process.resolve("task"), wanted);
                }
            }
        } catch (IOException e) {
            throw new CaptureException("cannot read " + proc + ": " + e.getMessage(), e);
        }
    }

    private void addThreads(Path tasks, Set<Integer> wanted) {
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(tasks, NUMBERS)) {
            for (Path thread : threads) {
                Path file = thread.resolve("syscall");
                String call = read(file);
                if (call != null && wanted.contains(number(call))) {
                    full |= waiting.size() >= MAX_THREADS && !waiting.containsKey(file);
                    if (waiting.size() < MAX_THREADS) {
                        waiting.put(file, call);
                    }
                }
            }
        } catch (IOException e) {
            return; // the process has ended
        }
    }

    /**
     * Removes the threads whose call has ended, and returns the number of those that are left. If there were more than {@link
     * #MAX_THREADS}, nobody knows when all have ended, and this number stays.
     */
    int count() {
        waiting.entrySet().removeIf(entry -> !entry.getValue().equals(read(entry.getKey())));
        return full ? MAX_THREADS : waiting.size();
    }

    /** Returns the number of the syscall; -1 for a thread that runs or waits in none. */
    private static int number(String call) {
        int end = call.indexOf(' ');
        try {
            return end < 0 ? -1 : Integer.parseInt(call, 0, end, 10);
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    private static @Nullable String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return null; // the thread has ended
        }
    }
}
