package io.tiercel.functions.notification.silence;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A silence and what it has done.
 *
 * @param silence the silence
 * @param error why it silences nothing; null if its condition is valid
 * @param incidents number of different incidents that it has matched; exact unless {@code more}
 * @param more whether it has matched further incidents
 * @param lastMatched when it last matched an incident; null if it has matched none
 */
public record SilenceStatus(
        Silence silence,
        @Nullable String error,
        int incidents,
        boolean more,
        @Nullable Instant lastMatched) {}
