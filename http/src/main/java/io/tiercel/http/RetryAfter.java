package io.tiercel.http;

import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/**
 * The header {@code Retry-After}: seconds or an HTTP date.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#name-retry-after">RFC 9110, 10.2.3</a>
 */
public final class RetryAfter {
    /** The longest delay that a server can request. */
    public static final Duration MAX = Duration.ofHours(24);

    /** A number of seconds with more digits exceeds {@link #MAX} anyway. */
    private static final int MAX_DIGITS = 18;

    private static final int MAX_LENGTH = 64;

    private RetryAfter() {}

    /**
     * Parses the header.
     *
     * @return the delay, zero to {@link #MAX}; empty if the value is invalid
     */
    public static Optional<Duration> parse(String value, Instant now) {
        String text = value.strip();
        if (text.isEmpty() || text.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        if (text.chars().allMatch(character -> character >= '0' && character <= '9')) {
            return Optional.of(text.length() > MAX_DIGITS ? MAX : bounded(Duration.ofSeconds(Long.parseLong(text))));
        }
        try {
            Instant time = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
            return Optional.of(bounded(Duration.between(now, time)));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    private static Duration bounded(Duration delay) {
        if (delay.isNegative()) {
            return Duration.ZERO;
        }
        return delay.compareTo(MAX) > 0 ? MAX : delay;
    }
}
