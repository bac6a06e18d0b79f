package io.tiercel.sensor.app;

import java.text.MessageFormat;
import java.util.ResourceBundle;
import org.jspecify.annotations.Nullable;

/**
 * Makes every {@link System.Logger} write one line to standard error, from level INFO on. With {@code TIERCEL_DEBUG},
 * the sensor's own loggers also write level DEBUG.
 */
public final class StderrLoggerFinder extends System.LoggerFinder {
    private static final System.Logger LOGGER = new StderrLogger(System.Logger.Level.INFO);
    private static final System.Logger DEBUG = new StderrLogger(System.Logger.Level.DEBUG);

    @Override
    public System.Logger getLogger(String name, Module module) {
        boolean debug = System.getenv("TIERCEL_DEBUG") != null && name.startsWith("io.tiercel.");
        return debug ? DEBUG : LOGGER;
    }

    private static final class StderrLogger implements System.Logger {
        private final Level minimum;

        StderrLogger(Level minimum) {
            this.minimum = minimum;
        }

        @Override
        public String getName() {
            return "tiercel";
        }

        @Override
        public boolean isLoggable(Level level) {
            return level.getSeverity() >= minimum.getSeverity();
        }

        @Override
        public void log(
                Level level, @Nullable ResourceBundle bundle, @Nullable String message, @Nullable Throwable thrown) {
            if (isLoggable(level)) {
                LogLine.print(level, message + (thrown == null ? "" : ": " + thrown));
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
