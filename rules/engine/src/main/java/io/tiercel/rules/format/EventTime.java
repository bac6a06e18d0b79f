package io.tiercel.rules.format;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** An event's time in the forms that outputs know. */
final class EventTime {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm:ss.nnnnnnnnn", Locale.ROOT);
    private static final DateTimeFormatter CLOCK_SECONDS = DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.nnnnnnnnn", Locale.ROOT);
    private static final DateTimeFormatter DATE_SECONDS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT);
    private static final DateTimeFormatter ISO =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.nnnnnnnnn'+0000'", Locale.ROOT);

    private EventTime() {}

    static String clock(long nanos, ZoneId zone) {
        return CLOCK.format(instant(nanos).atZone(zone));
    }

    static String clockSeconds(long nanos, ZoneId zone) {
        return CLOCK_SECONDS.format(instant(nanos).atZone(zone));
    }

    static String date(long nanos, ZoneId zone) {
        return DATE.format(instant(nanos).atZone(zone));
    }

    static String dateSeconds(long nanos, ZoneId zone) {
        return DATE_SECONDS.format(instant(nanos).atZone(zone));
    }

    static String iso(long nanos) {
        return ISO.format(instant(nanos).atZone(ZoneOffset.UTC));
    }

    private static Instant instant(long nanos) {
        return Instant.ofEpochSecond(Math.floorDiv(nanos, NANOS_PER_SECOND), Math.floorMod(nanos, NANOS_PER_SECOND));
    }
}
