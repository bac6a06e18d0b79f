package io.tiercel.functions.notification.silence;

import io.tiercel.functions.config.Durations;
import io.tiercel.rules.text.TextLimit;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;

/** The times at which silences end, as people write them. */
public final class SilenceTimes {
    /** The expected form, for error messages. */
    public static final String EXPECTED = "write a time with its offset from UTC, such as 2026-12-31T18:00:00Z";

    /** Maximum number of characters that an error message repeats. */
    private static final int MAX_QUOTED = 40;

    private SilenceTimes() {}

    /** Parses a time of RFC 3339, e.g. {@code 2026-12-31T18:00:00+01:00}. */
    public static Optional<Instant> parse(String text) {
        try {
            return Optional.of(OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /**
     * Returns the end of a silence from one of two texts.
     *
     * @param until a time; empty if {@code duration} is given
     * @param duration a duration such as {@code 8h}; empty if {@code until} is given
     * @throws InvalidSilence if not exactly one of them is given, or it is invalid
     */
    public static Instant end(String until, String duration, Instant now) {
        if (until.isEmpty() == duration.isEmpty()) {
            throw new InvalidSilence("until", "the end of the silence is not clear", "specify either until or for");
        }
        if (!until.isEmpty()) {
            return parse(until)
                    .orElseThrow(() -> new InvalidSilence("until", "\"" + cut(until) + "\" is not a time", EXPECTED));
        }
        Duration length = Durations.parse(duration)
                .filter(parsed -> parsed.compareTo(SilenceRequest.MAX_DURATION) <= 0)
                .orElseThrow(() -> new InvalidSilence(
                        "for",
                        "\"" + cut(duration) + "\" is not a duration of at most " + SilenceRequest.MAX_DURATION.toDays()
                                + " days",
                        "write a number and a unit, such as 30m, 8h or 3d"));
        return now.plus(length);
    }

    private static String cut(String text) {
        return TextLimit.cut(text, MAX_QUOTED);
    }
}
