package io.tiercel.sensor.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.System.Logger.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Both forms, and that no text breaks out of them. */
class LogLineTest {
    @AfterEach
    void text() {
        LogLine.use(LogLine.Form.TEXT);
    }

    @Test
    void linesForPeople() {
        assertEquals("tiercel: ready", LogLine.of(Level.INFO, "ready"));
        assertEquals("tiercel: warning: slow", LogLine.of(Level.WARNING, "slow"));
    }

    @Test
    void objectsForPrograms() {
        LogLine.use(LogLine.Form.JSON);
        String line = LogLine.of(Level.ERROR, "a \"name\"\nand {more}");
        assertTrue(
                line.matches(
                        "\\{\"time\":\"[-0-9T:.]+Z\",\"level\":\"error\",\"message\":\"a \\\\\"name\\\\\"\\\\nand \\{more}\"}"),
                line);
    }
}
