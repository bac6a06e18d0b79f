package io.tiercel.rules.format;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Formats event times for the time fields of outputs. */
final class EventTimeFormatter {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private static final int SECONDS_PER_DAY = 86_400;
    private static final int CLOCK_LENGTH = 18;

    private static final DateTimeFormatter CLOCK_SECONDS = DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.nnnnnnnnn", Locale.ROOT);
    private static final DateTimeFormatter DATE_SECONDS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT);
    private static final DateTimeFormatter ISO =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.nnnnnnnnn'+0000'", Locale.ROOT);

    private EventTimeFormatter() {}

    static String clock(long nanos, ZoneId zone) {
        // Every alert needs this form, so it is formatted without DateTimeFormatter.
        Instant instant = instant(nanos);
        int offset = zone.getRules().getOffset(instant).getTotalSeconds();
        int second = (int) Math.floorMod(instant.getEpochSecond() + offset, (long) SECONDS_PER_DAY);
        byte[] text = new byte[CLOCK_LENGTH];
        digits(text, 0, 2, second / 3600);
        text[2] = ':';
        digits(text, 3, 2, second / 60 % 60);
        text[5] = ':';
        digits(text, 6, 2, second % 60);
        text[8] = '.';
        digits(text, 9, 9, instant.getNano());
        return new String(text, StandardCharsets.ISO_8859_1);
    }

    private static void digits(byte[] text, int from, int count, int number) {
        int rest = number;
        for (int i = from + count - 1; i >= from; i--) {
            text[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
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
