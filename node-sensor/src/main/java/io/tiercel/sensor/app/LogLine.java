package io.tiercel.sensor.app;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** The form of what this process says on standard error: lines for people, or objects for programs. */
public final class LogLine {
    /** What a line looks like. */
    public enum Form {
        /** {@code tiercel: warning: the text}. */
        TEXT,
        /** {@code {"time":"...","level":"warning","message":"the text"}}. */
        JSON
    }

    private static volatile Form form = Form.TEXT;

    private LogLine() {}

    /** From now on lines have this form. */
    public static void use(Form wanted) {
        form = wanted;
    }

    /** A line, without its end. */
    static String of(Level level, String message) {
        String name = level.getName().toLowerCase(Locale.ROOT);
        return switch (form) {
            case TEXT -> "tiercel: " + (level == Level.INFO ? "" : name + ": ") + message;
            case JSON -> {
                StringBuilder line = new StringBuilder("{\"time\":\"")
                        .append(Instant.now().truncatedTo(ChronoUnit.MILLIS))
                        .append("\",\"level\":\"")
                        .append(name)
                        .append("\",\"message\":\"");
                JsonStringEncoder.getInstance().quoteAsString(message, line);
                yield line.append("\"}").toString();
            }
        };
    }
}
