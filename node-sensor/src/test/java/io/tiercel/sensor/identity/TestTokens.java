package io.tiercel.sensor.identity;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Unsigned tokens with chosen claims. */
final class TestTokens {
    private TestTokens() {}

    static String jwt(String claims) {
        return base64("{\"alg\":\"RS256\"}") + "." + base64(claims) + "." + base64("signature");
    }

    static String expiring(long epochSeconds) {
        return jwt("{\"aud\":[\"tiercel\"],\"kubernetes.io\":{\"exp\":1},\"exp\":" + epochSeconds + "}");
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
