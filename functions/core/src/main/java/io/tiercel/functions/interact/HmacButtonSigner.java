package io.tiercel.functions.interact;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.tiercel.functions.json.Json;
import io.tiercel.functions.notification.ButtonAction;
import io.tiercel.functions.notification.ButtonSigner;
import io.tiercel.functions.secret.HmacSha256;
import io.tiercel.functions.secret.Secret;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/** Signs button values with HMAC-SHA256: {@code v1.PAYLOAD.SIGNATURE}, where the payload is JSON in base64url. */
public final class HmacButtonSigner implements ButtonSigner {
    private static final String VERSION = "v1";
    private final Secret key;
    private final Duration validity;
    private final boolean hasApprovers;
    private final InstantSource clock;

    /**
     * Creates a signer.
     *
     * @param validity how long a button is valid
     * @param hasApprovers whether any user may approve and release; if not, messages have no such buttons
     */
    public HmacButtonSigner(Secret key, Duration validity, boolean hasApprovers, InstantSource clock) {
        this.key = key;
        this.validity = validity;
        this.hasApprovers = hasApprovers;
        this.clock = clock;
    }

    @Override
    public Optional<String> sign(ButtonAction action, String incidentId, String planId) {
        if (!hasApprovers && action != ButtonAction.ACKNOWLEDGE) {
            return Optional.empty();
        }
        String json = JsonNodeFactory.instance
                .objectNode()
                .put("action", action.name())
                .put("incident", incidentId)
                .put("plan", planId)
                .put("expires", clock.instant().plus(validity).getEpochSecond())
                .toString();
        String payload = Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes(StandardCharsets.UTF_8));
        return Optional.of(VERSION + "." + payload + "." + signature(payload));
    }

    /**
     * Verifies the value of a clicked button.
     *
     * @throws ActionRejectedException if the signature is wrong or the button has expired
     */
    public ButtonClick verify(String value) {
        String[] parts = value.split("\\.", -1);
        if (parts.length != 3
                || !parts[0].equals(VERSION)
                || !HmacSha256.constantTimeEquals(signature(parts[1]), parts[2])) {
            throw new ActionRejectedException("the button has an invalid signature");
        }
        try {
            JsonNode payload =
                    Json.MAPPER.readTree(new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8));
            Instant expires = Instant.ofEpochSecond(payload.path("expires").longValue());
            if (!clock.instant().isBefore(expires)) {
                throw new ActionRejectedException(
                        "the button has expired; the message gets new buttons when the incident changes");
            }
            String name = payload.path("action").asText();
            return new ButtonClick(
                    Arrays.stream(ButtonAction.values())
                            .filter(action -> action.name().equals(name))
                            .findFirst()
                            .orElseThrow(HmacButtonSigner::otherVersion),
                    payload.path("incident").asText(),
                    payload.path("plan").asText());
        } catch (JsonProcessingException | IllegalArgumentException e) {
            throw otherVersion();
        }
    }

    private static ActionRejectedException otherVersion() {
        return new ActionRejectedException("the button was created by another version");
    }

    private String signature(String payload) {
        return HmacSha256.hex(key.value(), (VERSION + "." + payload).getBytes(StandardCharsets.UTF_8));
    }

    /**
     * A verified click.
     *
     * @param planId empty if the action does not concern a plan
     */
    public record ButtonClick(ButtonAction action, String incidentId, String planId) {}
}
