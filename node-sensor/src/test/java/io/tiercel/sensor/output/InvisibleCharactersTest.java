package io.tiercel.sensor.output;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.rules.alert.Alert;
import io.tiercel.rules.alert.AlertJson;
import io.tiercel.rules.alert.InvalidAlertException;
import io.tiercel.rules.alert.Priority;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class InvisibleCharactersTest {
    private static Alert alert(String text) {
        return new Alert(
                "id",
                "node",
                5,
                Priority.NOTICE,
                "Rule",
                "syscall",
                List.of(),
                "by " + text,
                new TreeMap<>(Map.of("proc.name", text, "key" + text, 1L)));
    }

    private static String line(String text, AlertFormat format) {
        return new String(new OutgoingAlert(alert(text)).bytes(format), StandardCharsets.UTF_8);
    }

    /** Before, these characters reached the terminal and the log viewer. */
    @Test
    void charactersThatChangeWhatATerminalShowsAreEscaped() throws InvalidAlertException {
        for (int c = 0; c < 0x3000; c++) {
            boolean bidi = c == 0x61c
                    || c == 0x200e
                    || c == 0x200f
                    || c >= 0x202a && c <= 0x202e
                    || c >= 0x2066 && c <= 0x2069;
            boolean control = c < 0x20 || c >= 0x7f && c < 0xa0 || c == 0x2028 || c == 0x2029;
            String text = "a" + (char) c + "b";
            String line = line(text, AlertFormat.TEXT);
            String json = line(text, AlertFormat.JSON);
            boolean escaped = bidi || control;
            assertEquals(!escaped, line.indexOf(c) >= 0 || c == '"' || c == '\\', () -> line);
            assertEquals(escaped ? -1 : 0, Math.min(0, json.indexOf(c)), () -> json);
            assertEquals(alert(text), AlertJson.read(json));
        }
    }

    @Test
    void ordinaryTextStaysAsItIs() {
        String text = "Grüße \u65e5\u672c\u8a9e \ud83d\ude00 e\u0301";
        assertTrue(line(text, AlertFormat.TEXT).endsWith("Notice by " + text));
        assertTrue(line(text, AlertFormat.JSON).contains(text));
    }
}
