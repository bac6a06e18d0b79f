package io.tiercel.functions.local.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class RepeatedLinesTest {
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-12-02T10:00:00Z"));
    private final List<String> log = new ArrayList<>();
    private final RepeatedLines lines = new RepeatedLines(log::add, now::get);

    @Test
    void a_line_that_repeats_is_written_once_an_hour() {
        for (int minute = 0; minute < 121; minute++) {
            lines.accept("audit log not maintained: the disk is full");
            now.updateAndGet(time -> time.plusSeconds(60));
        }
        lines.accept("audit log BROKEN");
        assertEquals(
                List.of(
                        "audit log not maintained: the disk is full",
                        "audit log not maintained: the disk is full",
                        "audit log not maintained: the disk is full",
                        "audit log BROKEN"),
                log);
    }

    @Test
    void the_oldest_of_a_hundred_lines_is_forgotten() {
        for (int line = 0; line <= 100; line++) {
            lines.accept("line " + line);
        }
        lines.accept("line 1");
        assertEquals(101, log.size());
        lines.accept("line 0");
        assertEquals(102, log.size());
    }
}
