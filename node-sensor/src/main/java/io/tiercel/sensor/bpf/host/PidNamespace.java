package io.tiercel.sensor.bpf.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The pid namespace of the sensor. In another namespace than the host's, the sensor's own pid belongs to another process on the host,
 * and {@code /proc} does not show the processes of the host.
 */
public final class PidNamespace {
    /** The link to the namespace, below the root of a machine. */
    public static final String LINK = "proc/self/ns/pid";

    /** The host's pid namespace: PROC_PID_INIT_INO in include/linux/proc_ns.h. */
    private static final String HOST = "pid:[" + 0xEFFFFFFCL + "]";

    private PidNamespace() {}

    /** Returns why the sensor's pid is not the one on the host, a clause for people; null if it is. */
    public static @Nullable String problem() {
        return problem(Path.of("/").resolve(LINK));
    }

    /** The same for the namespace of a link. */
    public static @Nullable String problem(Path link) {
        try {
            return Files.readSymbolicLink(link).toString().equals(HOST)
                    ? null
                    : "it runs in a pid namespace of its own";
        } catch (IOException | UnsupportedOperationException e) {
            return "its pid namespace is unknown: " + e.getMessage();
        }
    }
}
