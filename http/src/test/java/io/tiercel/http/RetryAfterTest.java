package io.tiercel.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("unit")
class RetryAfterTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    @ParameterizedTest
    @CsvSource({
        "0, PT0S",
        "30, PT30S",
        "' 120 ', PT2M",
        "86401, PT24H",
        "99999999999999999999999, PT24H",
        "'Thu, 01 Jan 2026 00:01:00 GMT', PT1M",
        "'Wed, 31 Dec 2025 00:00:00 GMT', PT0S",
        "'Fri, 01 Jan 2027 00:00:00 GMT', PT24H"
    })
    void seconds_and_dates_are_read_and_bounded(String value, Duration expected) {
        assertEquals(Optional.of(expected), RetryAfter.parse(value, NOW));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "-1", "1.5", "soon", "2026-01-01T00:00:00Z", "\u0664\u0662", "Thu, 41 Jan 2026 00:01:00 GMT"
            })
    void other_values_are_ignored(String value) {
        assertEquals(Optional.empty(), RetryAfter.parse(value, NOW));
    }

    @Property(tries = 300)
    void every_date_gives_the_time_until_then(@ForAll @IntRange(min = 0, max = 200_000) int seconds) {
        String date = DateTimeFormatter.RFC_1123_DATE_TIME.format(
                NOW.plusSeconds(seconds).atOffset(ZoneOffset.UTC));
        assertEquals(Optional.of(Duration.ofSeconds(Math.min(seconds, 86_400))), RetryAfter.parse(date, NOW));
    }

    @Property(tries = 300)
    void no_text_gives_a_delay_out_of_bounds(@ForAll String text) {
        RetryAfter.parse(text, NOW).ifPresent(delay -> {
            assertFalse(delay.isNegative());
            assertTrue(delay.compareTo(RetryAfter.MAX) <= 0);
        });
    }
}
