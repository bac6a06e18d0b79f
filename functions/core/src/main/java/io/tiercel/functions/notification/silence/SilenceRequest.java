package io.tiercel.functions.notification.silence;

import io.tiercel.functions.intake.SafeText;
import io.tiercel.rules.filter.AlertFilterException;
import java.time.Duration;
import java.time.Instant;

/**
 * A request to create a silence.
 *
 * @param when the condition
 * @param reason why
 * @param owner the person or team to ask
 * @param until when it ends
 * @param all whether the condition may match incidents of any cause
 */
public record SilenceRequest(String when, String reason, String owner, Instant until, boolean all) {
    /** The longest silence of a person. */
    public static final Duration MAX_DURATION = Duration.ofDays(30);

    /** The longest silence of the notification file. */
    public static final Duration MAX_FILE_DURATION = Duration.ofDays(366);

    /**
     * Returns the silence.
     *
     * @param longest the longest time from now
     * @throws InvalidSilence if a part of the request is invalid
     */
    Silence create(String id, Silence.Source source, String createdBy, Instant now, Duration longest) {
        checkCondition(when, all);
        if (!until.isAfter(now) || until.isAfter(now.plus(longest))) {
            throw new InvalidSilence(
                    "until",
                    until + " is " + (until.isAfter(now) ? "too late" : "in the past"),
                    "use a time within the next " + longest.toDays() + " days, such as "
                            + Instant.ofEpochSecond(
                                    now.plus(Duration.ofHours(8)).getEpochSecond()));
        }
        return new Silence(
                id,
                when,
                line("reason", reason, Silence.MAX_REASON),
                line("owner", owner, Silence.MAX_OWNER),
                source,
                line("by", createdBy, Silence.MAX_OWNER),
                now,
                until);
    }

    /**
     * Checks a condition.
     *
     * @throws InvalidSilence if it is invalid, or matches incidents of any cause although {@code all} is false
     */
    public static void checkCondition(String when, boolean all) {
        if (when.isBlank() || when.length() > Silence.MAX_CONDITION) {
            throw new InvalidSilence(
                    "when",
                    when.isBlank() ? "the condition is missing" : "the condition has " + when.length() + " characters",
                    "write a condition of 1 to " + Silence.MAX_CONDITION
                            + " characters, such as incident.rule = \"Terminal shell in container\"");
        }
        SilenceCondition condition;
        try {
            condition = SilenceCondition.parse(when);
        } catch (AlertFilterException e) {
            throw new InvalidSilence(
                    "when",
                    "invalid condition " + e.getMessage(),
                    "use the condition syntax of rules with alert fields, enrich.* and incident.*");
        }
        if (!all && condition.matchesAnyCause()) {
            throw new InvalidSilence(
                    "when",
                    "the condition matches incidents of every rule at every priority",
                    "name a rule, a workload or another part of the cause, or confirm with \"all\"");
        }
    }

    /** Returns a text as one line that is safe for terminals and messages. */
    private static String line(String field, String text, int max) {
        String line = SafeText.oneLine(text).strip();
        if (line.isEmpty() || line.length() > max) {
            throw new InvalidSilence(
                    field,
                    line.isEmpty() ? "the text is missing" : "the text has " + line.length() + " characters",
                    "write 1 to " + max + " characters");
        }
        return line;
    }
}
