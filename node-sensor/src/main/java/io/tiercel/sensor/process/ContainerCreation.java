package io.tiercel.sensor.process;

import static io.tiercel.sensor.bpf.record.RecordLayout.EXEC_FILE_FLAGS;
import static io.tiercel.sensor.bpf.record.RecordLayout.FILE_MEMFD;
import static io.tiercel.sensor.bpf.record.RecordLayout.RECORD_PROCESS;

import io.tiercel.sensor.bpf.record.RecordView;
import io.tiercel.sensor.process.ProgramIdentity.Trust;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Recognizes a process of runc that prepares a container while the sensor starts and therefore finds it in {@code /proc}.
 *
 * <p>The process executes a copy of runc, from memory or from a mount, so its file proves nothing. Its parent does:
 * {@code runc create} ends before the first program of the container starts. Its children are only the copy and hooks of the
 * machine, because it runs no program of the container. {@code runc run} and {@code runc exec} can be the parents of such
 * programs, so their children are not recognized.
 */
final class ContainerCreation {
    private static final String RUNC = "runc";

    /** The path of the copy on a mount of its own. */
    private static final String MOUNTED_COPY = "/runc";

    private static final String CREATE = "create";

    /** The options before the subcommand that have no value ({@code runc --help}). */
    private static final Set<String> FLAGS = Set.of("--debug", "--systemd-cgroup");

    private static final Set<String> OPTIONS_WITH_VALUE =
            Set.of("--log", "--log-format", "--root", "--criu", "--rootless");

    private ContainerCreation() {}

    /**
     * Returns the identity of the runc that creates the container of a process; null if the process is none of its copies.
     *
     * @param parent the parent of the process; null if it is unknown
     */
    static @Nullable ProgramIdentity runtimeOf(RecordView r, @Nullable ProcessInfo parent) {
        if (r.kind() != RECORD_PROCESS || parent == null) {
            return null;
        }
        boolean copy = (r.intAt(EXEC_FILE_FLAGS) & FILE_MEMFD) != 0 || r.name(0).equals(MOUNTED_COPY);
        ProgramIdentity runtime = parent.identity;
        boolean creating = runtime.trust() == Trust.HOST && runtime.name().equals(RUNC) && creates(parent.program);
        return copy && creating ? runtime : null;
    }

    /** Returns true if the subcommand of runc is {@code create}. */
    private static boolean creates(Program runc) {
        int count = runc.argumentCount();
        for (int i = 0; i < count; i++) {
            String argument = runc.argument(i);
            if (argument == null || !argument.startsWith("-")) {
                return CREATE.equals(argument);
            }
            if (OPTIONS_WITH_VALUE.contains(argument)) {
                i++;
            } else if (!FLAGS.contains(argument) && argument.indexOf('=') < 0) {
                return false; // an unknown option, whose value may be the next argument
            }
        }
        return false;
    }
}
