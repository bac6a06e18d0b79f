package io.tiercel.sensor.grpc;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.SocketAddress;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The log of rejected clients, limited to ten lines in ten seconds, so that clients cannot fill the disk. */
final class RejectedConnectionLog {
    private static final Logger LOG = System.getLogger(RejectedConnectionLog.class.getName());
    private static final long WINDOW_NANOS = 10_000_000_000L;
    private static final int MAX_LINES = 10;
    private static final int MAX_CHARS = 300;

    private final Consumer<String> output;
    private long window = System.nanoTime();
    private long rejected;

    RejectedConnectionLog() {
        this(line -> LOG.log(Level.WARNING, line));
    }

    /** @param output receives the lines */
    RejectedConnectionLog(Consumer<String> output) {
        this.output = output;
    }

    synchronized void rejected(@Nullable SocketAddress client, @Nullable String reason) {
        long now = System.nanoTime();
        if (now - window > WINDOW_NANOS) {
            if (rejected > MAX_LINES) {
                output.accept("gRPC: " + (rejected - MAX_LINES) + " more clients were rejected");
            }
            window = now;
            rejected = 0;
        }
        rejected++;
        if (rejected <= MAX_LINES) {
            output.accept("gRPC: rejected " + (client == null ? "a client" : client) + ": " + sanitized(reason));
        }
    }

    /** Removes control characters and limits the length, because a client chooses the names in its certificate. */
    private static String sanitized(@Nullable String reason) {
        String text = String.valueOf(reason);
        StringBuilder plain = new StringBuilder();
        text.chars()
                .limit(MAX_CHARS)
                .forEach(c ->
                        plain.append(Character.isISOControl(c) || Character.isSurrogate((char) c) ? '?' : (char) c));
        return plain.toString();
    }
}
