package io.tiercel.sensor.app;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Formats log messages for standard error: lines of text for people, or JSON objects for programs. */
public final class LogLine {
    /** The format of log messages. */
    public enum LogFormat {
        /** {@code tiercel: warning: the message}. */
        TEXT,
        /** {@code {"time":"...","level":"warning","message":"the message"}}. */
        JSON
    }

    /** The maximum number of messages that are held. Further ones are printed at once. */
    private static final int MAX_HELD = 100;

    private static volatile LogFormat format = LogFormat.TEXT;

    /** Messages that wait for the format; null if messages do not wait. */
    private static @Nullable List<Runnable> held;

    private LogLine() {}

    /** Holds the messages of loggers until the format is known: some work starts before the configuration is read. */
    public static synchronized void hold() {
        held = new ArrayList<>();
    }

    /** Sets the format of all further messages, and prints those that were held. */
    public static synchronized void setFormat(LogFormat newFormat) {
        format = newFormat;
        release();
    }

    /** Prints the messages that were held. */
    public static synchronized void release() {
        List<Runnable> messages = held;
        held = null;
        if (messages != null) {
            messages.forEach(Runnable::run);
        }
    }

    /** Prints a message of a logger to standard error, or holds it. */
    static synchronized void print(Level level, String message) {
        if (held != null && held.size() < MAX_HELD) {
            held.add(() -> System.err.println(format(level, message)));
        } else {
            System.err.println(format(level, message));
        }
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
