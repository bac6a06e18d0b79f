package io.tiercel.functions.interact;

import io.tiercel.functions.notification.Buttons;
import io.tiercel.functions.notification.Secret;
import io.tiercel.functions.notification.file.InteractSpec;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The door for calls from Slack and PagerDuty: {@code POST /interact/slack} and {@code POST /interact/pagerduty}. */
public final class Interactions {
    /** Largest body, in bytes. */
    public static final int MAX_BYTES = 1024 * 1024;

    private final @Nullable SlackCalls slack;
    private final @Nullable PagerDutyCalls pagerDuty;

    private Interactions(@Nullable SlackCalls slack, @Nullable PagerDutyCalls pagerDuty) {
        this.slack = slack;
        this.pagerDuty = pagerDuty;
    }

    /** A door as it is configured; what is not configured is not there. */
    public static Interactions of(
            InteractSpec spec, Deeds deeds, UsedTokens used, SlackReplies replies, InstantSource clock) {
        Secret signing = spec.slackSigningSecret();
        Secret pagerDuty = spec.pagerDutySecret();
        Optional<SignedButtons> buttons = signed(spec, clock);
        return new Interactions(
                signing == null || buttons.isEmpty()
                        ? null
                        : new SlackCalls(signing, buttons.get(), spec.approvers(), deeds, used, replies, clock),
                pagerDuty == null ? null : new PagerDutyCalls(pagerDuty, deeds, used, clock));
    }

    /** The buttons of messages: none unless presses are taken. */
    public static Buttons buttons(InteractSpec spec, InstantSource clock) {
        return spec.slackSigningSecret() == null
                ? Buttons.NONE
                : signed(spec, clock).<Buttons>map(buttons -> buttons).orElse(Buttons.NONE);
    }

    private static Optional<SignedButtons> signed(InteractSpec spec, InstantSource clock) {
        Secret key = spec.buttonKey();
        return key == null
                ? Optional.empty()
                : Optional.of(new SignedButtons(
                        key, spec.buttonsValid(), !spec.approvers().isEmpty(), clock));
    }

    /**
     * Takes a call.
     *
     * @throws io.tiercel.functions.incident.StoreUnavailable if a store fails; the caller may call again
     */
    public Answer take(Call call) {
        if (call.body().length > MAX_BYTES) {
            return new Answer(413, "the body is larger than 1 MiB");
        }
        boolean post = call.method().equals("POST");
        return switch (call.path()) {
            case "/interact/slack" ->
                slack == null ? new Answer(404, "Slack's calls are not taken") : post ? slack.take(call) : notPost();
            case "/interact/pagerduty" ->
                pagerDuty == null
                        ? new Answer(404, "PagerDuty's calls are not taken")
                        : post ? pagerDuty.take(call) : notPost();
            default -> new Answer(404, "there is nothing here");
        };
    }

    private static Answer notPost() {
        return new Answer(405, "only POST is taken");
    }
}
