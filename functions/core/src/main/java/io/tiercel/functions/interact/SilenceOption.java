package io.tiercel.functions.interact;

import io.tiercel.functions.notification.SilenceScope;
import io.tiercel.rules.alert.Priority;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What an option of the menu "Silence" stands for. Its binary form is short, because Slack limits the values of options: incident id (12
 * bytes), expiry in seconds (4), hours (1), flags (1), and the plan that awaited approval (6, zero without one).
 *
 * @param incidentId the incident, 24 hexadecimal digits
 * @param scope what the message showed
 * @param duration how long to silence: whole hours, 1 to 255
 * @param expires when the option expires
 */
public record SilenceOption(String incidentId, SilenceScope scope, Duration duration, Instant expires) {
    static final String VERSION = "s1";
    static final Pattern INCIDENT = Pattern.compile("[0-9a-f]{24}");

    private static final int INCIDENT_BYTES = 12;
    private static final int PLAN_BYTES = 6;
    private static final int LENGTH = INCIDENT_BYTES + Integer.BYTES + 1 + 1 + PLAN_BYTES;
    private static final int PRIORITY_MASK = 7;
    private static final int ESCALATED = 8;
    private static final int VERIFIED = 16;
    private static final int PLAN = 32;
    private static final int BYTE_MASK = 0xff;

    String encode() {
        int flags = scope.priority().ordinal()
                | (scope.escalated() ? ESCALATED : 0)
                | (scope.verified() ? VERIFIED : 0)
                | (scope.plan().isEmpty() ? 0 : PLAN);
        ByteBuffer bytes = ByteBuffer.allocate(LENGTH)
                .put(HexFormat.of().parseHex(incidentId))
                .putInt((int) expires.getEpochSecond())
                .put((byte) duration.toHours())
                .put((byte) flags)
                .put(
                        scope.plan().isEmpty()
                                ? new byte[PLAN_BYTES]
                                : HexFormat.of().parseHex(scope.plan()));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
    }

    /** Returns the option; empty if the text has another form. */
    static Optional<SilenceOption> decode(String text) {
        try {
            byte[] decoded = Base64.getUrlDecoder().decode(text);
            if (decoded.length != LENGTH) {
                return Optional.empty();
            }
            ByteBuffer bytes = ByteBuffer.wrap(decoded);
            byte[] incident = new byte[INCIDENT_BYTES];
            bytes.get(incident);
            long expires = Integer.toUnsignedLong(bytes.getInt());
            int hours = bytes.get() & BYTE_MASK;
            int flags = bytes.get();
            byte[] plan = new byte[PLAN_BYTES];
            bytes.get(plan);
            return Optional.of(new SilenceOption(
                    HexFormat.of().formatHex(incident),
                    new SilenceScope(
                            Priority.values()[flags & PRIORITY_MASK],
                            (flags & ESCALATED) != 0,
                            (flags & VERIFIED) != 0,
                            (flags & PLAN) == 0 ? "" : HexFormat.of().formatHex(plan)),
                    Duration.ofHours(hours),
                    Instant.ofEpochSecond(expires)));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
