package io.tiercel.sensor.state;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The living processes by id.
 *
 * <p>Ids are small and dense, so the table is a page table: no hashing, no boxing. It holds at most {@code limit}
 * processes; when it is full, the sixteenth part that no event has touched for longest is forgotten (and found again in
 * {@code /proc} if it moves).
 */
final class ProcessTable {
    /** The kernel's own limit of process ids. */
    private static final int MAX_PID = 1 << 22;

    private static final int PAGE_BITS = 12;
    private static final int PAGE_SIZE = 1 << PAGE_BITS;

    private final @Nullable Process[][] pages = new Process[MAX_PID >> PAGE_BITS][];
    private final int[] used = new int[MAX_PID >> PAGE_BITS];
    private final int limit;
    private int size;
    private long evicted;

    ProcessTable(int limit) {
        this.limit = limit;
    }

    @Nullable
    Process get(int pid) {
        if (pid < 0 || pid >= MAX_PID) {
            return null;
        }
        @Nullable Process[] page = pages[pid >> PAGE_BITS];
        return page == null ? null : page[pid & (PAGE_SIZE - 1)];
    }

    /** Adds a process; one that had the same id is forgotten, since its end was missed. */
    void put(Process process) {
        int pid = process.pid;
        if (pid < 0 || pid >= MAX_PID) {
            return;
        }
        Process former = get(pid);
        if (former != null) {
            remove(former, former.parent());
        }
        if (size >= limit) {
            evict();
        }
        @Nullable Process[] page = pages[pid >> PAGE_BITS];
        if (page == null) {
            page = new Process[PAGE_SIZE];
            pages[pid >> PAGE_BITS] = page;
        }
        page[pid & (PAGE_SIZE - 1)] = process;
        used[pid >> PAGE_BITS]++;
        size++;
    }

    /** Removes a process and gives its children to their new parent. */
    void remove(Process process, @Nullable Process heir) {
        int number = process.pid >> PAGE_BITS;
        @Nullable Process[] page = pages[number];
        if (page == null || page[process.pid & (PAGE_SIZE - 1)] != process) {
            return;
        }
        page[process.pid & (PAGE_SIZE - 1)] = null;
        size--;
        if (--used[number] == 0) {
            pages[number] = null;
        }
        process.adopt(null);
        for (Process child = process.firstChild(); child != null; child = process.firstChild()) {
            child.adopt(heir == process ? null : heir);
            if (process.firstChild() == child) {
                child.adopt(null);
            }
        }
    }

    /** Removes the processes that no record has been about since a time; their children become their parents'. */
    void removeUntouchedSince(long bootNanos) {
        for (int number = 0; number < pages.length; number++) {
            for (int i = 0; i < PAGE_SIZE && pages[number] != null; i++) {
                Process p = get((number << PAGE_BITS) + i);
                if (p != null && p.touchedNanos < bootNanos) {
                    remove(p, p.parent());
                }
            }
        }
    }

    int size() {
        return size;
    }

    /** Processes that were forgotten because the table was full. */
    long evicted() {
        return evicted;
    }

    private void evict() {
        long[] touched = new long[size];
        int n = 0;
        for (@Nullable Process[] page : pages) {
            for (int i = 0; page != null && i < PAGE_SIZE; i++) {
                Process p = page[i];
                if (p != null) {
                    touched[n++] = p.touchedNanos;
                }
            }
        }
        Arrays.sort(touched);
        int goal = Math.max(1, n / 16);
        long newest = touched[goal - 1];
        int gone = 0;
        for (int number = 0; number < pages.length && gone < goal; number++) {
            for (int i = 0; i < PAGE_SIZE && gone < goal && pages[number] != null; i++) {
                Process p = get((number << PAGE_BITS) + i);
                if (p != null && p.touchedNanos <= newest) {
                    remove(p, p.parent());
                    gone++;
                }
            }
        }
        evicted += gone;
    }
}
