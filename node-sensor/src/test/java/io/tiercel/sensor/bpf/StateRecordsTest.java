package io.tiercel.sensor.bpf;

import static io.tiercel.sensor.bpf.record.RecordLayout.RECORD_CHDIR;
import static io.tiercel.sensor.bpf.record.RecordLayout.RECORD_SYSCALL;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tiercel.sensor.bpf.load.CaptureSizes;
import io.tiercel.sensor.bpf.load.RingBufferSize;
import io.tiercel.sensor.bpf.record.RecordLayout;
import io.tiercel.sensor.bpf.record.RecordView;
import io.tiercel.sensor.bpf.record.SyscallNumbers;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Calls that do not change the process state make no record, unless rules want the event. Before, each call made one. */
@Tag("live")
class StateRecordsTest {
    private static final int CALLS = 200;

    /** The directories of the program. A wrapper around python3 may use others. */
    private static final Set<String> OWN = Set.of("/etc", "/usr", "/usr/lib");

    /** Makes each call often, with and without a change. */
    private static final String PROGRAM = """
            import os, resource
            hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
            for i in range(%d):
                os.chdir('/usr')
                os.setpgid(0, 0)
                resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))
                resource.prlimit(0, resource.RLIMIT_CORE, (0, 0))
            for path in ('/etc', '/etc/../etc', '/usr', '/usr/lib', '/usr'):
                os.chdir(path)
            for limit in (300, 300, 301, 300):
                resource.setrlimit(resource.RLIMIT_NOFILE, (limit, hard))
            child = os.fork()
            if child == 0:
                os.chdir('/usr')
                os._exit(0)
            os.waitpid(child, 0)
            """.formatted(CALLS);

    /** The state records of the program and its child. */
    private record StateRecords(List<String> directories, int groups, int limits) {}

    @Test
    void onlyChangesAreRecorded() throws Exception {
        assertEquals(
                new StateRecords(List.of("/usr", "/etc", "/usr", "/usr/lib", "/usr", "/usr"), 1, 4), records(Set.of()));
    }

    @Test
    void eventsThatRulesWantAreAllRecorded() throws Exception {
        StateRecords records = records(Set.of("chdir", "setpgid"));
        assertEquals(CALLS + 6, records.directories().size());
        assertEquals(CALLS, records.groups());
        assertEquals(4, records.limits());
    }

    /** Runs the program and returns its state records. */
    private static StateRecords records(Set<String> eventTypes) throws Exception {
        for (PreconditionResult check : Preconditions.check()) {
            assumeTrue(check.passed(), () -> check.name() + ": " + check.detail());
        }
        List<String> directories = new ArrayList<>();
        int[] groups = new int[1];
        int[] limits = new int[1];
        try (CaptureProgram program = new CaptureProgram(0, true, CaptureSizes.withRing(RingBufferSize.forCpus(32)))) {
            program.selectEventTypes(eventTypes);
            Process process = new ProcessBuilder("python3", "-S", "-c", PROGRAM).start();
            assertEquals(0, process.waitFor());
            long pid = process.pid();
            List<Long> children = new ArrayList<>(List.of(pid));
            RecordView view = new RecordView();
            program.ring()
                    .drain(
                            (buffer, offset, length) -> {
                                if (!view.wrap(buffer, offset, length)) {
                                    return;
                                }
                                if (view.kind() == RecordLayout.RECORD_FORK && view.tgid() == pid) {
                                    children.add((long) view.intAt(RecordLayout.FORK_CHILD));
                                }
                                if (!children.contains((long) view.tgid())) {
                                    return;
                                }
                                if (view.kind() == RECORD_CHDIR && OWN.contains(view.name(0))) {
                                    directories.add(view.name(0));
                                } else if (view.kind() == RECORD_SYSCALL) {
                                    (view.syscall() == SyscallNumbers.SYS_SETPGID ? groups : limits)[0]++;
                                }
                            },
                            Integer.MAX_VALUE);
        }
        return new StateRecords(directories, groups[0], limits[0]);
    }
}
