package io.tiercel.sensor.output;

import io.tiercel.rules.alert.Alert;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Estimates the memory that an alert uses, for limits of buffers. */
public final class AlertSize {
    private static final int ALERT_BYTES = 256;
    private static final int FIELD_BYTES = 64;
    private static final int CHAR_BYTES = 2;

    private AlertSize() {}

    /** Returns an upper estimate of an alert's size in memory, in bytes. */
    public static int estimate(Alert alert) {
        int size = ALERT_BYTES + textSize(alert.message());
        for (Map.Entry<String, @Nullable Object> field : alert.outputFields().entrySet()) {
            size += FIELD_BYTES + valueSize(field.getValue());
        }
        return size;
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
