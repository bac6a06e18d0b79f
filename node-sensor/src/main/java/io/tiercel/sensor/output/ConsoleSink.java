package io.tiercel.sensor.output;

import io.tiercel.rules.alert.Priority;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Writes alerts to standard output, one a line, each flushed as a whole, in UTF-8 whatever the locale. */
public final class ConsoleSink implements AlertSink {
    private static final String PLAIN = "\u001b[0m";

    private final PrintStream out;
    private final OutgoingAlert.Form form;
    private final boolean coloured;

    /** Writes in a form; with colours by priority if {@code coloured}, which only text has. */
    public ConsoleSink(PrintStream out, OutgoingAlert.Form form, boolean coloured) {
        this.out = out;
        this.form = form;
        this.coloured = coloured && form == OutgoingAlert.Form.TEXT;
    }

    @Override
    public void write(OutgoingAlert alert) throws IOException {
        byte[] line = coloured
                ? (colour(alert.alert().priority())
                                + new String(alert.bytes(form), StandardCharsets.UTF_8)
                                + PLAIN
                                + "\n")
                        .getBytes(StandardCharsets.UTF_8)
                : alert.line(form);
        out.write(line, 0, line.length);
        out.flush();
        if (out.checkError()) {
            throw new RefusedException("nobody reads standard output");
        }
    }

    @Override
    public void close() {
        // standard output is the process's
    }

    private static String colour(Priority priority) {
        return switch (priority) {
            case EMERGENCY, ALERT -> "\u001b[1;31m";
            case CRITICAL, ERROR -> "\u001b[31m";
            case WARNING -> "\u001b[33m";
            case NOTICE -> "\u001b[36m";
            case INFORMATIONAL, DEBUG -> "\u001b[2m";
        };
    }
}
