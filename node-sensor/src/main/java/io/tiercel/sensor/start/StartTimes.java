package io.tiercel.sensor.start;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Supplier;

/**
 * Measures the start of the sensor. After the sensor is {@linkplain #ready ready}, nothing changes.
 *
 * <p>One set of times belongs to the process, because the parts of a start run on several threads before anything could pass
 * an object to them.
 */
public final class StartTimes {
    private static final StartTimes PROCESS = new StartTimes(Path.of("/proc"));

    /** Ticks per second of times in {@code /proc/PID/stat}. The kernel's interface fixes them on all architectures of the sensor. */
    private static final double TICKS = 100;

    /** Fields of {@code /proc/PID/stat} from the third one, which follows the name, to the start time (proc(5)). */
    private static final int START_FIELD = 22 - 3;

    private final Path proc;
    private final Map<StartPhase, Double> seconds = new EnumMap<>(StartPhase.class);
    private long entered = System.nanoTime();
    private boolean ready;
    private OptionalDouble total = OptionalDouble.empty();

    /**
     * Creates empty times.
     *
     * @param proc the folder {@code /proc} of the process
     */
    StartTimes(Path proc) {
        this.proc = proc;
    }

    /** Returns the times of this process. */
    public static StartTimes ofProcess() {
        return PROCESS;
    }

    /** Records that the first class of the sensor runs. {@link StartPhase#JVM} ends here. */
    public synchronized void enter() {
        entered = System.nanoTime();
    }

    /** Returns the seconds since {@link #enter}. */
    public synchronized double sinceEntry() {
        return (System.nanoTime() - entered) / 1e9;
    }

    /** Runs a part of the start and records how long it took, also if it fails. */
    public <T> T measure(StartPhase phase, Supplier<T> part) {
        long begin = System.nanoTime();
        try {
            return part.get();
        } finally {
            record(phase, (System.nanoTime() - begin) / 1e9);
        }
    }

    /** Records the duration of a part. A part that runs in several pieces has the sum of their durations. */
    public synchronized void record(StartPhase phase, double duration) {
        if (!ready) {
            seconds.merge(phase, duration, Double::sum);
        }
    }

    /** Records that the sensor is ready. Only the first call has an effect. */
    public synchronized void ready() {
        if (!ready) {
            total = age();
            total.ifPresent(age -> seconds.put(StartPhase.JVM, Math.max(0, age - sinceEntry())));
            ready = true;
        }
    }

    /** Returns the seconds that each part took, in the order of the parts. Parts that did not run are absent. */
    public synchronized Map<StartPhase, Double> phases() {
        return new EnumMap<>(seconds);
    }

    /** Returns the seconds from the start of the process until the sensor was ready; empty before that, or without {@code /proc}. */
    public synchronized OptionalDouble total() {
        return total;
    }

    /** Returns the age of the process in seconds, exact to some 10 ms. */
    private OptionalDouble age() {
        try {
            String stat = Files.readString(proc.resolve("self/stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            String uptime = Files.readString(proc.resolve("uptime"));
            double start = Long.parseLong(fields[START_FIELD]) / TICKS;
            return OptionalDouble.of(Math.max(0, Double.parseDouble(uptime.substring(0, uptime.indexOf(' '))) - start));
        } catch (IOException | RuntimeException e) { // a replay may run on a machine without /proc
            return OptionalDouble.empty();
        }
    }
}
