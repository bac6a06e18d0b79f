package io.tiercel.functions.respond.receiver;

import io.tiercel.functions.respond.action.ActionContext;
import io.tiercel.functions.respond.action.ActionException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.function.Function;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * {@code webhook}: posts the incident as JSON. The header {@code Tiercel-Signature} is {@code t=SECONDS,v1=HEX}: HMAC-SHA256 with
 * the secret over the seconds since the epoch, a dot and the body, so that a receiver can refuse what is forged or old;
 * {@code Tiercel-Step} is the step's id. Redirects are not followed.
 */
public final class WebhookReceiver implements Receiver {
    private static final Duration TIME_OUT = Duration.ofSeconds(10);

    private final Function<String, String> secrets;
    private final InstantSource clock;
    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(3)).build();

    /** @param secrets the secret of a name; throws {@link ActionException} if there is none */
    public WebhookReceiver(Function<String, String> secrets, InstantSource clock) {
        this.secrets = secrets;
        this.clock = clock;
    }

    @Override
    public String call(ActionContext context) {
        String secret = secrets.apply(context.params().string("secret"));
        String body = context.document();
        long seconds = clock.instant().getEpochSecond();
        HttpRequest request = HttpRequest.newBuilder(URI.create(context.params().string("url")))
                .timeout(TIME_OUT)
                .header("Content-Type", "application/json")
                .header("Tiercel-Step", context.stepId())
                .header("Tiercel-Signature", "t=" + seconds + ",v1=" + signature(secret, seconds + "." + body))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        try {
            int status =
                    client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
            if (status / 100 == 2) {
                return "it answered " + status;
            }
            throw ActionException.permanent("it answered " + status);
        } catch (IOException e) {
            throw ActionException.permanent("it did not answer: " + e.getClass().getSimpleName());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ActionException.permanent("interrupted");
        }
    }

    static String signature(String secret, String signed) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HmacSHA256, and a secret is not empty", e);
        }
    }
}
