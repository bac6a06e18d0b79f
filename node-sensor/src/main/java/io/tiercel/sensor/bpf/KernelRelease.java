package io.tiercel.sensor.bpf;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A kernel release as {@code uname -r} prints it, for features that nothing else reveals. */
record KernelRelease(int major, int minor) {
    private static final Pattern NUMBERS = Pattern.compile("(\\d{1,4})\\.(\\d{1,4}).*", Pattern.DOTALL);

    /** Returns the release of this machine. */
    static KernelRelease current() {
        return parse(System.getProperty("os.version"));
    }

    /** Parses a release. Returns 0.0 if the text does not have the form of a Linux release. */
    static KernelRelease parse(String release) {
        Matcher numbers = NUMBERS.matcher(release);
        return numbers.matches()
                ? new KernelRelease(Integer.parseInt(numbers.group(1)), Integer.parseInt(numbers.group(2)))
                : new KernelRelease(0, 0);
    }

    /**
     * Whether tasks can be preempted inside a tracepoint program: since Linux 7.0 (include/linux/tracepoint.h). BTF does not
     * show it, because only inline functions changed.
     */
    boolean hasPreemptibleTracepoints() {
        return major >= 7;
    }

    /**
     * Whether the tracepoint {@code kmem_cache_free} shows the kernel's copies of paths: from Linux 6.1 (include/trace/events/kmem.h) to 6.18. Linux 7.0 no longer
     * keeps paths in a cache of their own.
     */
    boolean hasCacheInFreeTracepoint() {
        return major == 6 && minor >= 1;
    }
}
