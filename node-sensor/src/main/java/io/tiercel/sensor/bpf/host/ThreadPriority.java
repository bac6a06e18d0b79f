package io.tiercel.sensor.bpf.host;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/**
 * The CPU priority of the event thread.
 *
 * <p>Many busy threads on the node leave an ordinary thread so little CPU time that the ring buffer fills with the events of
 * quiet processes. The event thread also waits for the JVM's thread that collects garbage, and for compiled code.
 */
public final class ThreadPriority {
    /** {@code PRIO_PROCESS} in include/uapi/linux/resource.h: one thread, with id 0 the calling one. */
    private static final int PRIO_PROCESS = 0;

    /** The highest priority that shares the CPU with ordinary threads: 87 times their weight. */
    private static final int HIGHEST_NICE = -20;

    private static final Path THREADS = Path.of("/proc/self/task");

    /** Names of JVM threads in {@code /proc/PID/task/TID/comm}, which has up to 15 bytes. */
    private static final Set<String> JVM_THREADS = Set.of("VM Thread", "C1 CompilerThre");

    private ThreadPriority() {}

    /**
     * Raises the priority of the calling thread and of the JVM threads that it waits for. Threads that the calling thread starts
     * later inherit it.
     *
     * @return false if the kernel refuses, because the process lacks CAP_SYS_NICE. Then the CPU weight of the sensor's cgroup must
     *     protect it.
     */
    public static boolean raise() {
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(THREADS)) {
            LibC libc = NativeFunctions.load(LibC.class, null);
            for (Path thread : threads) {
                if (JVM_THREADS.contains(
                        Files.readString(thread.resolve("comm")).strip())) {
                    int id = Integer.parseInt(thread.getFileName().toString());
                    libc.setpriority(PRIO_PROCESS, id, HIGHEST_NICE);
                }
            }
            return libc.setpriority(PRIO_PROCESS, 0, HIGHEST_NICE) == 0;
        } catch (IOException | UnsatisfiedLinkError e) {
            System.getLogger(ThreadPriority.class.getName()).log(Level.DEBUG, "thread priority not raised", e);
            return false;
        }
    }
}
