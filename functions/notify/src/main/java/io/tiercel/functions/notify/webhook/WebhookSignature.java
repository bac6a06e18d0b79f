package io.tiercel.functions.notify.webhook;

import io.tiercel.functions.secret.HmacSha256;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;

/**
 * The headers of Tiercel's own webhooks. {@code Tiercel-Signature} is {@code t=SECONDS,v1=HEX}: the time in seconds since the
 * epoch, and the HMAC-SHA256 of {@code SECONDS.BODY}. A receiver can therefore reject forged and old requests. {@code
 * Tiercel-Delivery} is the same for every attempt at one delivery, so that a receiver can drop duplicates.
 */
final class WebhookSignature {
    private WebhookSignature() {}

    /**
     * Returns the headers of a request.
     *
     * @param key the key that the receiver shares
     * @param deliveryId identifies the delivery
     */
    static Map<String, String> headers(String key, Instant time, String deliveryId, byte[] body) {
        long seconds = time.getEpochSecond();
        String signature = HmacSha256.hex(key, (seconds + ".").getBytes(StandardCharsets.UTF_8), body);
        return Map.of("Tiercel-Signature", "t=" + seconds + ",v1=" + signature, "Tiercel-Delivery", deliveryId);
    }
}
