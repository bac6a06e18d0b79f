package io.tiercel.sensor.output;

import io.tiercel.rules.alert.Alert;
import io.tiercel.rules.alert.AlertJson;
import io.tiercel.rules.alert.AlertText;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** An alert and its encodings, which every attempt to write it repeats. */
public final class OutgoingAlert {
    private static final AlertJson JSON = AlertJson.defaults();
    private static final AlertText TEXT = AlertText.local();

    private final Alert alert;

    OutgoingAlert(Alert alert) {
        this.alert = alert;
    }

    Alert alert() {
        return alert;
    }

    /** Encodes the alert in UTF-8, without a newline. */
    byte[] bytes(AlertFormat format) {
        String text = switch (format) {
            case TEXT -> TEXT.line(alert);
            case JSON -> JSON.write(alert);
        };
        return InvisibleCharacters.escape(text).getBytes(StandardCharsets.UTF_8);
    }

    /** Encodes the alert in UTF-8, with a newline. */
    byte[] line(AlertFormat format) {
        byte[] bytes = bytes(format);
        byte[] line = Arrays.copyOf(bytes, bytes.length + 1);
        line[bytes.length] = '\n';
        return line;
    }
}
