package io.tiercel.sensor.heartbeat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The content of the file that tells when the sensor was alive last.
 *
 * @param bootId the kernel's id of the boot
 * @param bootMillis time since the boot, including suspend, which no step of the wall clock changes
 * @param epochMillis wall clock
 * @param stopped true if the sensor was stopped in an orderly way
 */
record LastAlive(String bootId, long bootMillis, long epochMillis, boolean stopped) {
    private static final Pattern FORMAT =
            Pattern.compile("boot=(\\S{1,64}) uptime_ms=(\\d{1,18}) time_ms=(\\d{1,18}) state=(running|stopped)\n");

    byte[] bytes() {
        return ("boot=" + bootId + " uptime_ms=" + bootMillis + " time_ms=" + epochMillis + " state="
                        + (stopped ? "stopped" : "running") + "\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    /** Parses a file. Empty if it is damaged, for example after a power failure. */
    static Optional<LastAlive> parse(byte[] bytes) throws IOException {
        Matcher parts = FORMAT.matcher(new String(bytes, StandardCharsets.US_ASCII));
        return parts.matches()
                ? Optional.of(new LastAlive(
                        parts.group(1),
                        Long.parseLong(parts.group(2)),
                        Long.parseLong(parts.group(3)),
                        parts.group(4).equals("stopped")))
                : Optional.empty();
    }

    /** Returns the gap between this time and a later one. Across a restart of the node, the wall clock must do. */
    WatchGap gapUntil(LastAlive now) {
        boolean sameBoot = bootId.equals(now.bootId);
        WatchGap.Kind kind;
        if (sameBoot) {
            kind = stopped ? WatchGap.Kind.RESTARTED : WatchGap.Kind.KILLED;
        } else {
            kind = stopped ? WatchGap.Kind.REBOOTED : WatchGap.Kind.LOST_NODE;
        }
        long millis = sameBoot ? now.bootMillis - bootMillis : now.epochMillis - epochMillis;
        return new WatchGap(kind, Math.max(0, millis) / 1e3);
    }
}
