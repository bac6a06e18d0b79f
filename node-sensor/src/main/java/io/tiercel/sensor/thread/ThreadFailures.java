package io.tiercel.sensor.thread;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Logs and counts the failures of threads by thread name. Numbers at the end of a name are ignored, so that the threads
 * of a pool have one counter.
 *
 * <p>The number of names is bounded. Names beyond the limit are counted as {@link #OTHER}. The log gets the stack trace
 * of the first failures of a name only, because an attacker may be able to repeat a failure.
 */
public final class ThreadFailures {
    /**
     * The failures of the threads with one name.
     *
     * @param count number since the start, at least 1
     * @param lastError class and message of the last failure, at most {@value #MAX_TEXT} characters
     */
    public record Failures(long count, String lastError) {}

    /** Name for failures of threads beyond the maximum number of names. */
    public static final String OTHER = "other";

    static final int MAX_NAMES = 64;
    static final int MAX_TEXT = 256;
    private static final int MAX_LOGGED = 10;
    private static final int MAX_FRAMES = 30;

    private static final Logger LOG = System.getLogger(ThreadFailures.class.getName());
    private static final Pattern NUMBER = Pattern.compile("[-#]?[0-9]+$");
    private static final ThreadFailures PROCESS = new ThreadFailures();

    private final SortedMap<String, Failures> byName = new TreeMap<>();
    private volatile boolean empty = true;

    /** Creates an empty set of counters that no thread reports to. */
    public ThreadFailures() {}

    /** Returns the counters of this process. Threads of libraries have no owner who could pass others on. */
    public static ThreadFailures ofProcess() {
        return PROCESS;
    }

    /** Reports the failures of threads that the sensor did not create, such as those of the JDK's HTTP client. */
    public void handleUncaught() {
        Thread.setDefaultUncaughtExceptionHandler((thread, e) -> report(thread.getName(), e));
    }

    /** Logs and counts a failure of the thread {@code name}. */
    public void report(String name, Throwable error) {
        String group = NUMBER.matcher(name).replaceFirst("");
        String text = text(error);
        long count;
        synchronized (this) {
            String key = byName.containsKey(group) || byName.size() < MAX_NAMES ? group : OTHER;
            Failures before = byName.get(key);
            count = before == null ? 1 : before.count() + 1;
            byName.put(key, new Failures(count, text));
            empty = false;
        }
        if (count <= MAX_LOGGED) {
            LOG.log(Level.ERROR, "the thread " + name + " failed: " + text + trace(error));
        }
    }

    /** Returns true if no thread has failed. Does not wait for a lock. */
    public boolean isEmpty() {
        return empty;
    }

    /** Returns the failures by name. */
    public synchronized SortedMap<String, Failures> counts() {
        return new TreeMap<>(byName);
    }

    /** Returns the number of failures by name, for metrics. */
    public Map<String, Long> totals() {
        if (empty) {
            return Map.of();
        }
        Map<String, Long> totals = new TreeMap<>();
        counts().forEach((name, failures) -> totals.put(name, failures.count()));
        return totals;
    }

    private static String text(Throwable error) {
        String text;
        try {
            text = error.toString();
        } catch (RuntimeException | StackOverflowError e) {
            text = error.getClass().getName();
        }
        return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT);
    }

    private static String trace(Throwable error) {
        StringBuilder trace = new StringBuilder();
        StackTraceElement[] frames = error.getStackTrace();
        for (int i = 0; i < Math.min(frames.length, MAX_FRAMES); i++) {
            trace.append("\n    at ").append(frames[i]);
        }
        return trace.toString();
    }
}
