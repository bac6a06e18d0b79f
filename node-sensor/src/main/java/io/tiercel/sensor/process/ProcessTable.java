package io.tiercel.sensor.process;

import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The live processes by pid.
 *
 * <p>Pids are small and dense, so a page table stores them without hashing and boxing. The table holds at most {@code limit}
 * processes. When it is full, it evicts the sixteenth part that no event has touched for longest. The sensor reads an evicted
 * process from {@code /proc} at its next event. {@link TextMemory} bounds the texts of the processes.
 */
final class ProcessTable {
    /** PID_MAX_LIMIT of 64-bit kernels. */
    private static final int MAX_PID = 1 << 22;

    private static final int PAGE_BITS = 12;
    private static final int PAGE_SIZE = 1 << PAGE_BITS;

    private final @Nullable ProcessInfo[][] pages = new ProcessInfo[MAX_PID >> PAGE_BITS][];
    private final int[] used = new int[MAX_PID >> PAGE_BITS];
    private final int limit;
    private final TextMemory memory;
    private final Lineage lineage;
    private int size;
    private long evicted;

    ProcessTable(int limit, TextMemory memory, Lineage lineage) {
        this.limit = limit;
        this.memory = memory;
        this.lineage = lineage;
    }

    @Nullable
    ProcessInfo get(int pid) {
        if (pid < 0 || pid >= MAX_PID) {
            return null;
        }
        @Nullable ProcessInfo[] page = pages[pid >> PAGE_BITS];
        return page == null ? null : page[pid & (PAGE_SIZE - 1)];
    }

    /** Adds a process. Removes an older process with the same pid, whose exit was lost. */
    void put(ProcessInfo process) {
        int pid = process.pid;
        if (pid < 0 || pid >= MAX_PID) {
            return;
        }
        ProcessInfo previous = get(pid);
        if (previous != null) {
            remove(previous, previous.parent());
        }
        if (size >= limit || memory.isExceeded()) {
            evict();
        }
        @Nullable ProcessInfo[] page = pages[pid >> PAGE_BITS];
        if (page == null) {
            page = new ProcessInfo[PAGE_SIZE];
            pages[pid >> PAGE_BITS] = page;
        }
        page[pid & (PAGE_SIZE - 1)] = process;
        used[pid >> PAGE_BITS]++;
        size++;
        process.charged = true;
        process.program.retain(memory);
        memory.retain(process.cwd);
        memory.retain(process.standardFds);
        memory.retain(process.history);
    }

    /** Adds a program to the history of a process, which may be outside the table. */
    void addToHistory(ProcessInfo process, String history, String name) {
        String added = ProgramHistory.add(history, name);
        if (added.equals(process.historyText())) {
            return;
        }
        StateText text = StateText.kept(added);
        if (process.charged) {
            memory.retain(text);
            memory.release(process.history);
        }
        process.history = text;
    }

    /** Replaces the program of a process, which may be outside the table. */
    void setProgram(ProcessInfo process, Program program) {
        if (process.charged) {
            program.retain(memory);
            process.program.release(memory);
        }
        process.program = program;
        if (process.firstChild() != null) {
            lineage.change();
        }
    }

    /** Replaces the working directory of a process, which may be outside the table. */
    void setCwd(ProcessInfo process, StateText cwd) {
        if (process.charged) {
            memory.retain(cwd);
            memory.release(process.cwd);
        }
        process.cwd = cwd;
    }

    /** Replaces the standard fds of a process, which may be outside the table. */
    void setStandardFds(ProcessInfo process, StandardFds fds) {
        if (process.charged) {
            memory.retain(fds);
            memory.release(process.standardFds);
        }
        process.standardFds = fds;
    }

    /** Removes a process and moves its children to their new parent. */
    void remove(ProcessInfo process, @Nullable ProcessInfo reaper) {
        int number = process.pid >> PAGE_BITS;
        @Nullable ProcessInfo[] page = pages[number];
        if (page == null || page[process.pid & (PAGE_SIZE - 1)] != process) {
            return;
        }
        page[process.pid & (PAGE_SIZE - 1)] = null;
        size--;
        if (--used[number] == 0) {
            pages[number] = null;
        }
        process.charged = false;
        process.program.release(memory);
        memory.release(process.cwd);
        memory.release(process.standardFds);
        memory.release(process.history);
        process.setParent(null);
        if (process.firstChild() != null) {
            lineage.change();
        }
        for (ProcessInfo child = process.firstChild(); child != null; child = process.firstChild()) {
            child.setParent(reaper == process ? null : reaper);
            if (process.firstChild() == child) {
                child.setParent(null);
            }
        }
    }

    /** Removes the processes that no record has touched since a time, and moves their children to the grandparent. */
    void removeUntouchedSince(long bootNanos) {
        for (int number = 0; number < pages.length; number++) {
            for (int i = 0; i < PAGE_SIZE && pages[number] != null; i++) {
                ProcessInfo p = get((number << PAGE_BITS) + i);
                if (p != null && p.touchedNanos < bootNanos) {
                    remove(p, p.parent());
                }
            }
        }
    }

    /** Calls an action for each process. The action must not add or remove processes. */
    void forEach(Consumer<ProcessInfo> action) {
        for (@Nullable ProcessInfo[] page : pages) {
            for (int i = 0; page != null && i < PAGE_SIZE; i++) {
                ProcessInfo p = page[i];
                if (p != null) {
                    action.accept(p);
                }
            }
        }
    }

    int size() {
        return size;
    }

    /** Returns how many processes were evicted because the table was full. */
    long evicted() {
        return evicted;
    }

    private void evict() {
        long[] touched = new long[size];
        int n = 0;
        for (@Nullable ProcessInfo[] page : pages) {
            for (int i = 0; page != null && i < PAGE_SIZE; i++) {
                ProcessInfo p = page[i];
                if (p != null) {
                    touched[n++] = p.touchedNanos;
                }
            }
        }
        Arrays.sort(touched);
        int target = Math.max(1, n / 16);
        long newest = touched[target - 1];
        int removed = 0;
        for (int number = 0; number < pages.length && removed < target; number++) {
            for (int i = 0; i < PAGE_SIZE && removed < target && pages[number] != null; i++) {
                ProcessInfo p = get((number << PAGE_BITS) + i);
                if (p != null && p.touchedNanos <= newest) {
                    remove(p, p.parent());
                    removed++;
                }
            }
        }
        evicted += removed;
    }
}
