package io.tiercel.functions.notification.file;

import io.tiercel.functions.notification.Secret;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What comes back from channels.
 *
 * @param slackSigningSecret the Slack app's; null if Slack's calls are not taken
 * @param pagerDutySecret of PagerDuty's webhook subscription; null if its calls are not taken
 * @param buttonKey what buttons are signed with; null if there are none
 * @param buttonsValid how long a button may be pressed
 * @param approvers ids of the Slack users who may approve and release
 */
public record InteractSpec(
        @Nullable Secret slackSigningSecret,
        @Nullable Secret pagerDutySecret,
        @Nullable Secret buttonKey,
        Duration buttonsValid,
        Set<String> approvers) {
    static final Duration DEFAULT_VALID = Duration.ofHours(1);

    /** Nothing comes back. */
    public static final InteractSpec NONE = new InteractSpec(null, null, null, DEFAULT_VALID, Set.of());
}
