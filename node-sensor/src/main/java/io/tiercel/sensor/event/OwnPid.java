package io.tiercel.sensor.event;

import io.tiercel.sensor.bpf.host.PidNamespace;
import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;

/** The sensor's pid on the host, whose events the kernel skips. */
final class OwnPid {
    /** No process: the pid of the idle task, which makes no system calls. */
    static final int NONE = 0;

    private OwnPid() {}

    /** Returns the pid; {@link #NONE}, with a warning in the log, if the sensor does not know its pid on the host. */
    static int onHost() {
        return onHost(PidNamespace.problem(), ProcessHandle.current().pid());
    }

    static int onHost(@Nullable String problem, long pid) {
        if (problem == null) {
            return (int) pid;
        }
        System.getLogger(OwnPid.class.getName())
                .log(
                        Level.WARNING,
                        "the sensor does not exempt its own events from the rules, because " + problem
                                + "; set hostPID: true");
        return NONE;
    }
}
