package io.tiercel.sensor.output;

import io.tiercel.rules.alert.Alert;
import io.tiercel.rules.alert.AlertJson;
import io.tiercel.rules.alert.AlertText;
import java.nio.charset.StandardCharsets;

/** The forms of an alert on its way out. */
public final class OutgoingAlert {
    /** How an output writes alerts. */
    public enum Form {
        /** Falco's line of text. */
        TEXT,
        /** Falco's JSON, on one line. */
        JSON
    }

    private static final AlertJson JSON = AlertJson.defaults();
    private static final AlertText TEXT = AlertText.local();

    private final Alert alert;

    OutgoingAlert(Alert alert) {
        this.alert = alert;
    }

    Alert alert() {
        return alert;
    }

    /** The alert in UTF-8, without a line's end. */
    byte[] bytes(Form form) {
        return switch (form) {
            case TEXT -> TEXT.line(alert).getBytes(StandardCharsets.UTF_8);
            case JSON -> JSON.writeBytes(alert);
        };
    }

    /** The same with a line's end. */
    byte[] line(Form form) {
        byte[] bytes = bytes(form);
        byte[] line = java.util.Arrays.copyOf(bytes, bytes.length + 1);
        line[bytes.length] = '\n';
        return line;
    }
}
