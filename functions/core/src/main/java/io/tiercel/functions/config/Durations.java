package io.tiercel.functions.config;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations in configuration files: a whole number and one of the units s, m, h and d, for example {@code 30m}. */
public final class Durations {
    /** The syntax as a regular expression. */
    public static final String SYNTAX = "[0-9]{1,6}[smhd]";

    private static final Pattern DURATION = Pattern.compile("([0-9]{1,6})([smhd])");

    private Durations() {}

    /** Parses a duration; empty if the text has another syntax. */
    public static Optional<Duration> parse(String text) {
        Matcher matcher = DURATION.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        long number = Long.parseLong(matcher.group(1));
        return Optional.of(
                switch (matcher.group(2)) {
                    case "s" -> Duration.ofSeconds(number);
                    case "m" -> Duration.ofMinutes(number);
                    case "h" -> Duration.ofHours(number);
                    default -> Duration.ofDays(number);
                });
    }

    /** Formats a duration in the largest unit that divides it, for example {@code 24h} as {@code 1d}. */
    public static String format(Duration duration) {
        long seconds = duration.toSeconds();
        if (seconds % 86_400 == 0) {
            return seconds / 86_400 + "d";
        }
        if (seconds % 3_600 == 0) {
            return seconds / 3_600 + "h";
        }
        return seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
    }
}
