package io.tiercel.functions.notify.webhook;

import io.tiercel.functions.notification.ServiceAddress;
import io.tiercel.functions.notify.http.JsonHttpClient;
import io.tiercel.functions.respond.action.ActionContext;
import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.receiver.Receiver;
import io.tiercel.http.HttpResult;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Function;

/** The response action {@code webhook}: posts the incident as signed JSON, once. */
public final class ResponseWebhook implements Receiver {
    private final Function<String, String> secrets;
    private final InstantSource clock;
    private final JsonHttpClient http = new JsonHttpClient("the webhook", Duration.ZERO);

    /** @param secrets returns the secret of a reference; throws {@link ActionException} if there is none */
    public ResponseWebhook(Function<String, String> secrets, InstantSource clock) {
        this.secrets = secrets;
        this.clock = clock;
    }

    @Override
    public String call(ActionContext context) {
        String key = secrets.apply(context.params().string("secret"));
        byte[] body = context.document().getBytes(StandardCharsets.UTF_8);
        URI address;
        try {
            address = ServiceAddress.parse(
                    "the url of the webhook", context.params().string("url"));
        } catch (IllegalArgumentException e) {
            throw ActionException.permanent(String.valueOf(e.getMessage()));
        }
        return switch (http.post(
                address, body, WebhookSignature.headers(key, clock.instant(), context.stepId(), body))) {
            case HttpResult.Responded responded
            when responded.successful() -> "the webhook responded with " + responded.status();
            case HttpResult.Responded responded ->
                throw ActionException.permanent("the webhook responded with " + responded.status());
            case HttpResult.NoResponse failed ->
                throw ActionException.permanent("no response from the webhook: " + failed.reason());
        };
    }
}
