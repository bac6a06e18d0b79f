package io.tiercel.functions.notify;

import io.tiercel.functions.interact.HmacButtonSigner;
import io.tiercel.functions.interact.IncidentActions;
import io.tiercel.functions.interact.SilenceActions;
import io.tiercel.functions.interact.TokenReplayGuard;
import io.tiercel.functions.notification.ButtonSigner;
import io.tiercel.functions.notification.file.InteractionConfig;
import io.tiercel.functions.notify.http.InboundRequest;
import io.tiercel.functions.notify.http.Response;
import io.tiercel.functions.notify.pagerduty.PagerDutyWebhookHandler;
import io.tiercel.functions.notify.slack.SlackInteractionHandler;
import io.tiercel.functions.notify.slack.SlackReplySender;
import io.tiercel.functions.secret.Secret;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Handles requests from Slack and PagerDuty: {@code POST /interact/slack} and {@code POST /interact/pagerduty}. The caller
 * authenticates itself with a signature.
 */
public final class InteractionEndpoint {
    /** The maximum size of a body, in bytes. */
    public static final int MAX_BODY_BYTES = 1024 * 1024;

    private final @Nullable SlackInteractionHandler slack;
    private final @Nullable PagerDutyWebhookHandler pagerDuty;

    private InteractionEndpoint(@Nullable SlackInteractionHandler slack, @Nullable PagerDutyWebhookHandler pagerDuty) {
        this.slack = slack;
        this.pagerDuty = pagerDuty;
    }

    /** Creates the endpoint. Paths that are not configured return 404. */
    public static InteractionEndpoint create(
            InteractionConfig config,
            IncidentActions actions,
            SilenceActions silences,
            TokenReplayGuard replayGuard,
            SlackReplySender replies,
            InstantSource clock) {
        Secret signingSecret = config.slackSigningSecret();
        Secret pagerDutySecret = config.pagerDutySecret();
        Optional<HmacButtonSigner> buttons = buttonSigner(config, clock);
        return new InteractionEndpoint(
                signingSecret == null || buttons.isEmpty()
                        ? null
                        : new SlackInteractionHandler(
                                signingSecret,
                                buttons.get(),
                                config.approvers(),
                                actions,
                                silences,
                                replayGuard,
                                replies,
                                clock),
                pagerDutySecret == null
                        ? null
                        : new PagerDutyWebhookHandler(pagerDutySecret, actions, replayGuard, clock));
    }

    /** Returns the signer of message buttons. Messages have no buttons unless requests from Slack are accepted. */
    public static ButtonSigner buttons(InteractionConfig config, InstantSource clock) {
        return config.slackSigningSecret() == null
                ? ButtonSigner.NO_BUTTONS
                : buttonSigner(config, clock)
                        .<ButtonSigner>map(signer -> signer)
                        .orElse(ButtonSigner.NO_BUTTONS);
    }

    private static Optional<HmacButtonSigner> buttonSigner(InteractionConfig config, InstantSource clock) {
        Secret key = config.buttonKey();
        return key == null
                ? Optional.empty()
                : Optional.of(new HmacButtonSigner(
                        key, config.buttonValidity(), !config.approvers().isEmpty(), clock));
    }

    /**
     * Handles a request.
     *
     * @throws io.tiercel.functions.incident.StoreUnavailable if a store fails; the caller may retry
     */
    public Response handle(InboundRequest request) {
        if (request.body().length > MAX_BODY_BYTES) {
            return new Response(413, "the body is larger than 1 MiB");
        }
        boolean post = request.method().equals("POST");
        return switch (request.path()) {
            case "/interact/slack" ->
                slack == null
                        ? new Response(404, "requests from Slack are not configured")
                        : post ? slack.handle(request) : methodNotAllowed();
            case "/interact/pagerduty" ->
                pagerDuty == null
                        ? new Response(404, "requests from PagerDuty are not configured")
                        : post ? pagerDuty.handle(request) : methodNotAllowed();
            default -> new Response(404, "not found");
        };
    }

    private static Response methodNotAllowed() {
        return new Response(405, "only POST is allowed");
    }
}
