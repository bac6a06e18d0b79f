package io.tiercel.sensor.app;

import java.text.MessageFormat;
import java.util.ResourceBundle;
import org.jspecify.annotations.Nullable;

/** Makes each {@link System.Logger} write one line to standard error, from level INFO. */
public final class StderrLoggerFinder extends System.LoggerFinder {
    private static final System.Logger LOGGER = new StderrLogger();

    @Override
    public System.Logger getLogger(String name, Module module) {
        return LOGGER;
    }

    private static final class StderrLogger implements System.Logger {
        @Override
        public String getName() {
            return "tiercel";
        }

        @Override
        public boolean isLoggable(Level level) {
            return level.getSeverity() >= Level.INFO.getSeverity();
        }

        @Override
        public void log(
                Level level, @Nullable ResourceBundle bundle, @Nullable String message, @Nullable Throwable thrown) {
            if (isLoggable(level)) {
                System.err.println(LogLine.format(level, message + (thrown == null ? "" : ": " + thrown)));
            }
        }

        @Override
        public void log(
                Level level,
                @Nullable ResourceBundle bundle,
                @Nullable String format,
                @Nullable Object @Nullable ... parameters) {
            boolean literal = parameters == null || parameters.length == 0 || format == null;
            log(level, bundle, literal ? format : MessageFormat.format(format, parameters), (Throwable) null);
        }
    }
}
