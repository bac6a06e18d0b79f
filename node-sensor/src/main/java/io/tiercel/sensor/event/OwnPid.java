package io.tiercel.sensor.event;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The sensor's pid on the host, whose events the kernel skips. In another pid namespace, the sensor's own pid belongs to another
 * process on the host, which must not be exempted.
 */
final class OwnPid {
    /** No process: the pid of the idle task, which makes no system calls. */
    static final int NONE = 0;

    /** The host's pid namespace: PROC_PID_INIT_INO in include/linux/proc_ns.h. */
    private static final String HOST_NAMESPACE = "pid:[" + 0xEFFFFFFCL + "]";

    private OwnPid() {}

    /** Returns the pid; {@link #NONE}, with a warning in the log, if the sensor does not know its pid on the host. */
    static int onHost() {
        return onHost(Path.of("/proc/self/ns/pid"), ProcessHandle.current().pid());
    }

    static int onHost(Path namespace, long pid) {
        String reason;
        try {
            String name = Files.readSymbolicLink(namespace).toString();
            if (name.equals(HOST_NAMESPACE)) {
                return (int) pid;
            }
            reason = "it runs in a pid namespace of its own; set hostPID: true";
        } catch (IOException | UnsupportedOperationException e) {
            reason = "its pid namespace is unknown: " + e.getMessage();
        }
        System.getLogger(OwnPid.class.getName())
                .log(Level.WARNING, "the sensor does not exempt its own events from the rules, because " + reason);
        return NONE;
    }
}
