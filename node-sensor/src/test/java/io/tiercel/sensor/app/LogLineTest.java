package io.tiercel.sensor.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.List;
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

    @Test
    void messagesBeforeTheConfigurationHaveItsFormat() {
        PrintStream err = System.err;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setErr(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            System.Logger logger = new StderrLoggerFinder().getLogger("early", LogLineTest.class.getModule());
            LogLine.hold();
            logger.log(Level.WARNING, "first");
            assertEquals("", printed.toString(StandardCharsets.UTF_8));
            LogLine.setFormat(LogLine.LogFormat.JSON);
            logger.log(Level.WARNING, "second");
            List<String> lines =
                    printed.toString(StandardCharsets.UTF_8).lines().toList();
            assertEquals(2, lines.size(), lines::toString);
            assertTrue(lines.get(0).endsWith("\"message\":\"first\"}"), lines::toString);
            assertTrue(lines.get(1).endsWith("\"message\":\"second\"}"), lines::toString);
        } finally {
            System.setErr(err);
        }
    }
}
