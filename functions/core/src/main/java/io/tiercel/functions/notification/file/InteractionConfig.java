package io.tiercel.functions.notification.file;

import io.tiercel.functions.secret.Secret;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of inbound requests: button clicks in Slack, and webhooks from PagerDuty.
 *
 * @param slackSigningSecret the signing secret of the Slack app; null to reject requests from Slack
 * @param pagerDutySecret the secret of PagerDuty's webhook subscription; null to reject requests from PagerDuty
 * @param buttonKey the key that signs buttons; null to send messages without buttons
 * @param buttonValidity how long a button is valid
 * @param approvers ids of the Slack users that may approve and release responses
 */
public record InteractionConfig(
        @Nullable Secret slackSigningSecret,
        @Nullable Secret pagerDutySecret,
        @Nullable Secret buttonKey,
        Duration buttonValidity,
        Set<String> approvers) {
    static final Duration DEFAULT_VALIDITY = Duration.ofHours(1);

    /** No inbound requests. */
    public static final InteractionConfig NONE = new InteractionConfig(null, null, null, DEFAULT_VALIDITY, Set.of());
}
