package io.tiercel.sensor.output;

import io.tiercel.rules.alert.Alert;
import io.tiercel.rules.alert.AlertJson;
import io.tiercel.rules.alert.AlertText;
import io.tiercel.rules.alert.Priority;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;

/** One line for each alert, written and flushed as a whole, in UTF-8 whatever the locale. */
public final class ConsoleOutput implements AlertOutput {
    private static final String PLAIN = "\u001b[0m";

    private final PrintStream out;
    private final Function<Alert, String> form;

    private ConsoleOutput(PrintStream out, Function<Alert, String> form) {
        this.out = out;
        this.form = form;
    }

    /** Text for people; with colours by priority if {@code coloured}. */
    public static ConsoleOutput text(PrintStream out, AlertText text, boolean coloured) {
        return new ConsoleOutput(
                out, coloured ? alert -> colour(alert.priority()) + text.line(alert) + PLAIN : text::line);
    }

    /** One JSON object a line. */
    public static ConsoleOutput json(PrintStream out, AlertJson json) {
        return new ConsoleOutput(out, json::write);
    }

    @Override
    public void alert(Alert alert) {
        byte[] line = (form.apply(alert) + "\n").getBytes(StandardCharsets.UTF_8);
        out.write(line, 0, line.length);
        out.flush();
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
