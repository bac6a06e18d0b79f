package io.tiercel.sensor.output;

import io.tiercel.rules.alert.Priority;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * A sink that prints alerts to standard output, one on each line, in UTF-8 regardless of the locale. It flushes each line.
 */
public final class ConsoleSink implements AlertSink {
    private static final String RESET = "\u001b[0m";

    private final PrintStream out;
    private final AlertFormat format;
    private final boolean colored;

    /** Creates a sink. With {@code colored}, the priority colors the line; only text has colors. */
    public ConsoleSink(PrintStream out, AlertFormat format, boolean colored) {
        this.out = out;
        this.format = format;
        this.colored = colored && format == AlertFormat.TEXT;
    }

    @Override
    public void write(OutgoingAlert alert) throws IOException {
        byte[] line = colored
                ? (color(alert.alert().priority())
                                + new String(alert.bytes(format), StandardCharsets.UTF_8)
                                + RESET
                                + "\n")
                        .getBytes(StandardCharsets.UTF_8)
                : alert.line(format);
        out.write(line, 0, line.length);
        out.flush();
        if (out.checkError()) {
            throw new RejectedException("standard output is closed");
        }
    }

    @Override
    public void close() {
        // Standard output belongs to the process.
    }

    private static String color(Priority priority) {
        return switch (priority) {
            case EMERGENCY, ALERT -> "\u001b[1;31m";
            case CRITICAL, ERROR -> "\u001b[31m";
            case WARNING -> "\u001b[33m";
            case NOTICE -> "\u001b[36m";
            case INFORMATIONAL, DEBUG -> "\u001b[2m";
        };
    }
}
