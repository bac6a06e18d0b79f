package io.tiercel.sensor.process;

import static io.tiercel.sensor.bpf.record.RecordLayout.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.sensor.bpf.record.RecordBuilder;
import io.tiercel.sensor.bpf.record.RecordView;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.BeforeTry;

/**
 * While no process with children executes a program or ends, and the sensor reads nothing from {@code /proc}, the programs and the
 * ancestors of a program stay the same. A model of the kernel says which records those are.
 */
@Tag("unit")
class LineagePropertiesTest {
    private static final int ROOT = 1;
    private static final int MAX_PROCESSES = 24;

    /** What the kernel has of a process. */
    private static final class Task {
        final int pid;
        final List<Task> children = new ArrayList<>();
        Task parent = this;

        Task(int pid) {
            this.pid = pid;
        }

        void moveTo(Task newParent) {
            parent.children.remove(this);
            parent = newParent;
            newParent.children.add(this);
        }
    }

    private record Identity(int pid, long startedNanos, int applied) {}

    private final RecordView view = new RecordView();
    private NodeState state = new NodeState(_ -> StandardFds.Fd.UNKNOWN);
    private final Map<Integer, Task> tasks = new HashMap<>();
    private final Map<Identity, String> lineages = new HashMap<>();
    private long time = 1_000;
    private int lastPid = ROOT;

    @BeforeTry
    void reset() {
        state = new NodeState(_ -> StandardFds.Fd.UNKNOWN);
        tasks.clear();
        lineages.clear();
        lastPid = ROOT;
    }

    @Property(tries = 200)
    void lineageOfAProgramStaysWhileNoChangeIsMarked(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 300) int steps) {
        Random random = new Random(seed);
        tasks.put(ROOT, new Task(ROOT));
        applyExec(tasks.get(ROOT), "init");
        for (int i = 0; i < steps; i++) {
            List<Task> all = new ArrayList<>(tasks.values());
            Task task = all.get(random.nextInt(all.size()));
            switch (random.nextInt(4)) {
                case 0, 1 -> {
                    if (all.size() < MAX_PROCESSES) {
                        fork(task, random.nextInt(8) == 0 && task.pid != ROOT ? task.parent : task);
                    }
                }
                case 2 -> applyExec(task, "p" + random.nextInt(5));
                default -> {
                    if (task.pid != ROOT) {
                        exit(task, random.nextBoolean() ? task.parent : tasks.get(ROOT));
                    }
                }
            }
            checkAll();
        }
    }

    /** A process that is read from {@code /proc} may get a parent and a program, and so may its children. */
    @Property(tries = 50)
    void processFromProcChangesTheVersion(@ForAll @IntRange(min = 2, max = 50) int parent) {
        applyExec(new Task(ROOT), "init");
        int version = state.lineage().version();
        apply(program(RECORD_PROCESS, 100, parent, "found"));
        assertTrue(state.lineage().version() != version);
    }

    private void fork(Task task, Task parent) {
        Task child = new Task(++lastPid);
        tasks.put(child.pid, child);
        child.moveTo(parent);
        apply(new RecordBuilder(RECORD_FORK)
                .header(HEADER_TIME_NS, ++time)
                .header(HEADER_TGID, task.pid)
                .header(HEADER_TID, task.pid)
                .body(FORK_START_NS, time)
                .body(FORK_CHILD, child.pid)
                .body(FORK_PPID, parent.pid)
                .body(FORK_COMM, name(task).getBytes(StandardCharsets.UTF_8), COMM_SIZE));
    }

    private String name(Task task) {
        ProcessInfo process = state.process(task.pid);
        return process == null ? "" : process.comm();
    }

    private void applyExec(Task task, String name) {
        apply(marked(program(RECORD_EXEC, task.pid, task.parent.pid, name), task));
    }

    private RecordBuilder program(int kind, int pid, int parent, String name) {
        return new RecordBuilder(kind)
                .header(HEADER_TIME_NS, ++time)
                .header(HEADER_TGID, pid)
                .header(HEADER_TID, pid)
                .body(EXEC_PPID, parent == pid ? 0 : parent)
                .body(EXEC_COMM, name.getBytes(StandardCharsets.UTF_8), COMM_SIZE)
                .name("/bin/" + name)
                .name("/")
                .text(name + "\0argument " + time + "\0")
                .text("")
                .text("/bin/" + name);
    }

    private void exit(Task task, Task reaper) {
        apply(marked(
                new RecordBuilder(RECORD_EXIT)
                        .header(HEADER_TIME_NS, ++time)
                        .header(HEADER_TGID, task.pid)
                        .header(HEADER_TID, task.pid)
                        .body(EXIT_REAPER, reaper.pid)
                        .body(EXIT_LAST, 1),
                task));
        state.removeEnded();
        List.copyOf(task.children).forEach(child -> child.moveTo(reaper));
        task.parent.children.remove(task);
        tasks.remove(task.pid);
    }

    private static RecordBuilder marked(RecordBuilder record, Task task) {
        return record.header(HEADER_MARKS, task.children.isEmpty() ? 0 : MARK_LINEAGE_CHANGED);
    }

    private void apply(RecordBuilder record) {
        byte[] bytes = record.build();
        assertTrue(view.wrap(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN), 0, bytes.length));
        state.apply(view);
    }

    private void checkAll() {
        for (int pid : tasks.keySet()) {
            ProcessInfo process = state.process(pid);
            if (process != null) {
                Identity identity = new Identity(
                        pid, process.programStartedNanos(), state.lineage().applied());
                String lineage = lineage(process);
                assertEquals(lineages.computeIfAbsent(identity, _ -> lineage), lineage);
            }
        }
    }

    private static String lineage(ProcessInfo process) {
        StringBuilder lineage = new StringBuilder();
        for (ProcessInfo p = process; p != null; p = p.parent()) {
            lineage.append(p.pid()).append(' ').append(p.cmdline()).append(" < ");
        }
        return lineage.toString();
    }
}
