package io.tiercel.sensor.bpf.host;

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
public final class CallsInProgress {
    /** Limits the memory: about half a kilobyte for each thread. */
    static final int MAX_THREADS = 10_000;

    private static final String NUMBERS = "[0-9]*";

    /** Of a thread that waits in a syscall: its number, six arguments, the stack pointer and the next instruction. */
    private static final int FIELDS = 9;

    private static final int STACK_POINTER = 7;
    private static final int INSTRUCTION = 8;

    /** The longest address of a 32-bit program. */
    private static final int COMPAT_ADDRESS_LENGTH = "0xffffffff".length();

    private final Path proc;
    private final String ownPid;
    private final CpuArchitecture architecture;
    private final Map<Path, String> waiting = new HashMap<>();
    /** Whether further threads wait, which are not in the map. */
    private boolean full;

    /**
     * Starts without threads.
     *
     * @param proc the mounted {@code /proc}
     * @param ownPid the process that is not captured
     * @param architecture the architecture of this machine
     */
    public CallsInProgress(Path proc, int ownPid, CpuArchitecture architecture) {
        this.proc = proc;
        this.ownPid = Integer.toString(ownPid);
        this.architecture = architecture;
    }

    /** Adds the threads that wait in one of the syscalls now. */
    public void add(Set<Integer> wanted) {
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
                if (call != null && isWanted(call, wanted)) {
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
    public int count() {
        waiting.entrySet().removeIf(entry -> !entry.getValue().equals(read(entry.getKey())));
        return full ? MAX_THREADS : waiting.size();
    }

    /**
     * Returns whether a thread waits in a wanted syscall. The kernel does not show which numbers the thread uses. Stack and code of
     * a 32-bit program are below 4 GiB, where a 64-bit program can have them too: both meanings of the number count then.
     */
    private boolean isWanted(String call, Set<Integer> wanted) {
        String[] fields = call.strip().split(" ");
        if (fields.length != FIELDS) {
            return false; // the thread runs, or waits in no syscall
        }
        int number = number(fields[0]);
        return wanted.contains(architecture.recordNumber(number))
                || fields[STACK_POINTER].length() <= COMPAT_ADDRESS_LENGTH
                        && fields[INSTRUCTION].length() <= COMPAT_ADDRESS_LENGTH
                        && wanted.contains(architecture.recordNumberOfCompat(number));
    }

    private static int number(String field) {
        try {
            return Integer.parseInt(field);
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
