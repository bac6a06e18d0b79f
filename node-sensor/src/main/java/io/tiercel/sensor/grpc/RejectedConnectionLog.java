package io.tiercel.sensor.grpc;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** Tells of clients that were refused: at most ten in ten seconds, so that nobody can fill a disk with them. */
final class RejectedConnectionLog {
    private static final Logger LOG = System.getLogger(RejectedConnectionLog.class.getName());
    private static final long WINDOW_NANOS = 10_000_000_000L;
    private static final int MOST = 10;
    private static final int MAX_CHARS = 300;

    private long window = System.nanoTime();
    private long refused;

    synchronized void refused(@Nullable SocketAddress client, @Nullable String why) {
        long now = System.nanoTime();
        if (now - window > WINDOW_NANOS) {
            if (refused > MOST) {
                LOG.log(Level.WARNING, "gRPC: " + (refused - MOST) + " more clients were refused");
            }
            window = now;
            refused = 0;
        }
        refused++;
        if (refused <= MOST) {
            LOG.log(Level.WARNING, "gRPC: refused " + (client == null ? "a client" : client) + ": " + plain(why));
        }
    }

    /** One line: a client chooses the names in its certificate. */
    private static String plain(@Nullable String why) {
        String text = String.valueOf(why);
        StringBuilder plain = new StringBuilder();
        text.chars()
                .limit(MAX_CHARS)
                .forEach(c ->
                        plain.append(Character.isISOControl(c) || Character.isSurrogate((char) c) ? '?' : (char) c));
        return plain.toString();
    }
}
