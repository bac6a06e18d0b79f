package io.tiercel.functions.local.work;

import io.tiercel.functions.notification.Delivery;
import io.tiercel.functions.notification.Notice;
import io.tiercel.functions.notification.Notifier;
import io.tiercel.functions.notification.TerminalLine;
import java.io.PrintStream;
import java.time.Duration;
import java.time.ZoneId;

/** The terminal: a line per new incident and, at most once a second, per change of its count. */
public final class TerminalNotifier implements Notifier {
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final PrintStream out;
    private final ZoneId zone;

    public TerminalNotifier(PrintStream out, ZoneId zone) {
        this.out = out;
        this.zone = zone;
    }

    @Override
    public String channel() {
        return "terminal";
    }

    @Override
    public long nextCount(long announcedCount) {
        return announcedCount + 1;
    }

    @Override
    public Duration pause() {
        return PAUSE;
    }

    @Override
    public Duration pace() {
        return Duration.ZERO;
    }

    @Override
    public Delivery send(Notice notice) {
        out.println(TerminalLine.of(notice, zone));
        return out.checkError() ? new Delivery.Later(PAUSE, "standard output is closed") : new Delivery.Sent();
    }
}
