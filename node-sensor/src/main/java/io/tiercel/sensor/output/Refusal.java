package io.tiercel.sensor.output;

import io.tiercel.rules.text.TextLimit;
import java.util.regex.Pattern;

/**
 * Why a receiver will never accept an alert.
 *
 * @param code kind of the reason, such as {@code rule_name}: at most 32 lower-case letters, digits and underscores
 * @param reason description, one line of at most {@value #MAX_REASON} characters
 */
public record Refusal(String code, String reason) {
    /** The code of receivers that name no other. */
    static final String UNKNOWN = "unknown";

    static final int MAX_REASON = 200;

    private static final Pattern CODE = Pattern.compile("[a-z][a-z0-9_]{0,31}");
    private static final Pattern UNSAFE = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]");

    /** Replaces what a log line or a label must not contain, because the receiver chooses both texts. */
    public Refusal {
        code = CODE.matcher(code).matches() ? code : UNKNOWN;
        reason = TextLimit.cut(oneLine(reason), MAX_REASON, "...");
    }

    /** Returns a text without control characters, line ends and marks of direction. */
    static String oneLine(String text) {
        return UNSAFE.matcher(text).replaceAll("?");
    }
}
