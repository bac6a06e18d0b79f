package io.tiercel.functions.notify.webhook;

import io.tiercel.functions.notification.ServiceAddress;
import io.tiercel.functions.notify.http.JsonHttpClient;
import io.tiercel.functions.notify.http.JsonHttpClient.Result;
import io.tiercel.functions.respond.action.ActionFailed;
import io.tiercel.functions.respond.action.Work;
import io.tiercel.functions.respond.outside.CallReceiver;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Function;

/** The response action {@code webhook}: posts the incident as signed JSON, once. */
public final class ResponseWebhook implements CallReceiver.Receiver {
    private final Function<String, String> secrets;
    private final InstantSource clock;
    private final JsonHttpClient http = new JsonHttpClient("the webhook", Duration.ZERO);

    /** @param secrets returns the secret of a reference; throws {@link ActionFailed} if there is none */
    public ResponseWebhook(Function<String, String> secrets, InstantSource clock) {
        this.secrets = secrets;
        this.clock = clock;
    }

    @Override
    public String call(Work work) {
        String key = secrets.apply(work.params().text("secret"));
        byte[] body = work.document().getBytes(StandardCharsets.UTF_8);
        URI address;
        try {
            address = ServiceAddress.parse("the url of the webhook", work.params().text("url"));
        } catch (IllegalArgumentException e) {
            throw ActionFailed.because(String.valueOf(e.getMessage()));
        }
        return switch (http.post(
                address, body, WebhookSignature.headers(key, clock.instant(), work.stepId(), body))) {
            case Result.Responded responded when responded.accepted() ->
                "the webhook responded with " + responded.status();
            case Result.Responded responded ->
                throw ActionFailed.because("the webhook responded with " + responded.status());
            case Result.NoResponse(String reason) -> throw ActionFailed.because(reason);
        };
    }
}
