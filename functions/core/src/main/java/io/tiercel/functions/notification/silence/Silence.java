package io.tiercel.functions.notification.silence;

import java.time.Instant;
import java.util.Locale;

/**
 * A silence: while it is active, messages about incidents that match its condition are withheld.
 *
 * @param id unique; 1 to {@link #MAX_ID} characters of a-z, 0-9 and -
 * @param when the condition, as text of at most {@link #MAX_CONDITION} characters
 * @param reason why, one line of at most {@link #MAX_REASON} characters
 * @param owner the person or team to ask, one line of at most {@link #MAX_OWNER} characters
 * @param source where it was created
 * @param createdBy the person that created it, e.g. {@code slack:U012AB3CD}; at most {@link #MAX_OWNER} characters
 * @param created when it was created; {@link Instant#EPOCH} for those of the notification file
 * @param until when it ends
 */
public record Silence(
        String id,
        String when,
        String reason,
        String owner,
        Source source,
        String createdBy,
        Instant created,
        Instant until) {
    /** Maximum length of an id. */
    public static final int MAX_ID = 64;

    /** Maximum length of a condition. Shorter than in rules, so that all silences fit into one document. */
    public static final int MAX_CONDITION = 2_000;

    /** Maximum length of a reason. */
    public static final int MAX_REASON = 300;

    /** Maximum length of an owner. */
    public static final int MAX_OWNER = 100;

    /** Where a silence was created. */
    public enum Source {
        /** The notification file. Only an edit of the file ends it earlier. */
        FILE,
        API,
        SLACK,
        CLI;

        /** Returns the name in JSON. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Returns whether it has not ended. */
    public boolean active(Instant now) {
        return now.isBefore(until);
    }
}
