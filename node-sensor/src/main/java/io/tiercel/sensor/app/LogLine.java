package io.tiercel.sensor.app;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** Formats log messages for standard error: lines of text for people, or JSON objects for programs. */
public final class LogLine {
    /** The format of log messages. */
    public enum LogFormat {
        /** {@code tiercel: warning: the message}. */
        TEXT,
        /** {@code {"time":"...","level":"warning","message":"the message"}}. */
        JSON
    }

    private static volatile LogFormat format = LogFormat.TEXT;

    private LogLine() {}

    /** Sets the format of all further messages. */
    public static void setFormat(LogFormat newFormat) {
        format = newFormat;
    }

    /** Formats a message, without a newline. */
    static String format(Level level, String message) {
        String name = level.getName().toLowerCase(Locale.ROOT);
        return switch (format) {
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
