package io.tiercel.sensor.bpf;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A kernel's release as {@code uname -r} gives it, for what can be told by nothing else. */
record KernelRelease(int major, int minor) {
    private static final Pattern NUMBERS = Pattern.compile("(\\d{1,4})\\.(\\d{1,4}).*", Pattern.DOTALL);

    /** That of this machine; 0.0 if it has another form than Linux's. */
    static KernelRelease here() {
        return of(System.getProperty("os.version"));
    }

    static KernelRelease of(String release) {
        Matcher numbers = NUMBERS.matcher(release);
        return numbers.matches()
                ? new KernelRelease(Integer.parseInt(numbers.group(1)), Integer.parseInt(numbers.group(2)))
                : new KernelRelease(0, 0);
    }

    /**
     * Whether tasks can lose their CPU inside a program on a tracepoint: since Linux 7.0 (include/linux/tracepoint.h). BTF
     * does not show it, since all that changed there are inline functions.
     */
    boolean hasPreemptibleTracepoints() {
        return major >= 7;
    }
}
