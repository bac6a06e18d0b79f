package io.tiercel.sensor.output;

import io.tiercel.rules.alert.Alert;
import io.tiercel.rules.alert.AlertContext;
import io.tiercel.rules.alert.AlertProcess;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Estimates the memory that an alert uses, for limits of buffers. */
public final class AlertSize {
    private static final int ALERT_BYTES = 256;
    private static final int FIELD_BYTES = 64;
    private static final int CHAR_BYTES = 2;

    /** The texts of a container are small, apart from hostile ones, whose size is bounded. */
    private static final int CONTAINER_BYTES = 1_536;

    private AlertSize() {}

    /** Returns an upper estimate of an alert's size in memory, in bytes. */
    public static int estimate(Alert alert) {
        int size = ALERT_BYTES + textSize(alert.message());
        for (Map.Entry<String, @Nullable Object> field : alert.outputFields().entrySet()) {
            size += FIELD_BYTES + valueSize(field.getValue());
        }
        return size + contextSize(alert.context());
    }

    private static int contextSize(@Nullable AlertContext context) {
        if (context == null) {
            return 0;
        }
        int size = CONTAINER_BYTES;
        for (AlertProcess process : context.ancestors()) {
            size += FIELD_BYTES
                    + size(process.name())
                    + size(process.exe())
                    + size(process.cmdline())
                    + size(process.user());
        }
        return size;
    }

    private static int size(@Nullable String text) {
        return text == null ? 0 : FIELD_BYTES + textSize(text);
    }

    private static int valueSize(@Nullable Object value) {
        return switch (value) {
            case String text -> textSize(text);
            case List<?> list -> list.stream().mapToInt(AlertSize::valueSize).sum();
            case null, default -> 0;
        };
    }

    private static int textSize(String text) {
        return CHAR_BYTES * text.length();
    }
}
