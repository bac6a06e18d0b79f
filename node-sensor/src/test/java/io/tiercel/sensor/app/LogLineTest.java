package io.tiercel.sensor.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.System.Logger.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Both formats, and the escaping of messages. */
@Tag("unit")
class LogLineTest {
    @AfterEach
    void resetFormat() {
        LogLine.setFormat(LogLine.LogFormat.TEXT);
    }

    @Test
    void formatsText() {
        assertEquals("tiercel: ready", LogLine.format(Level.INFO, "ready"));
        assertEquals("tiercel: warning: slow", LogLine.format(Level.WARNING, "slow"));
    }

    @Test
    void formatsJson() {
        LogLine.setFormat(LogLine.LogFormat.JSON);
        String line = LogLine.format(Level.ERROR, "a \"name\"\nand {more}");
        assertTrue(
                line.matches(
                        "\\{\"time\":\"[-0-9T:.]+Z\",\"level\":\"error\",\"message\":\"a \\\\\"name\\\\\"\\\\nand \\{more}\"}"),
                line);
    }
}
