package io.tiercel.rules.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class ProgressLineTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private long seconds = 100;

    private ProgressLine progress(boolean terminal) {
        return new ProgressLine(
                new PrintStream(bytes, true, StandardCharsets.UTF_8),
                terminal,
                () -> seconds * 1_000_000_000,
                "verifying",
                "chains");
    }

    private String text() {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Test
    void aTerminalHasOneLineThatIsRewritten() {
        try (ProgressLine progress = progress(true)) {
            progress.at(1, 10);
            assertEquals("", text(), "not yet");
            seconds += 2;
            progress.at(2, 10);
            progress.at(3, 10);
            seconds += 1;
            progress.at(5, 10);
        }
        assertEquals(
                "\r\u001B[Ktiercel: verifying: 20 % of 10 chains, about 8 s left"
                        + "\r\u001B[Ktiercel: verifying: 50 % of 10 chains, about 3 s left\r\u001B[K",
                text());
    }

    @Test
    void aLogHasLinesWithoutControlCharacters() {
        try (ProgressLine progress = progress(false)) {
            for (int i = 0; i < 100; i++) {
                progress.at(i, 0);
                seconds++;
            }
        }
        assertEquals(
                List.of(
                        "tiercel: verifying: 5 chains, 5 s",
                        "tiercel: verifying: 35 chains, 35 s",
                        "tiercel: verifying: 65 chains, 1 min 5 s",
                        "tiercel: verifying: 95 chains, 1 min 35 s",
                        "tiercel: verifying: took 1 min 40 s"),
                text().lines().toList());
        assertFalse(text().chars().anyMatch(c -> c < ' ' && c != '\n'), text());
    }

    @Test
    void shortWorkIsSilentInALog() {
        try (ProgressLine progress = progress(false)) {
            seconds += 4;
            progress.at(9, 10);
        }
        assertTrue(text().isEmpty(), text());
    }

    @Test
    void moreThanTheTotalIsAHundredPercent() {
        try (ProgressLine progress = progress(true)) {
            seconds += 2;
            progress.at(12, 10);
        }
        assertTrue(text().contains("100 % of 10 chains\r"), text());
    }
}
