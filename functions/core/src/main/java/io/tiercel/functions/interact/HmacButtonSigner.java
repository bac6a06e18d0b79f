package io.tiercel.functions.interact;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.tiercel.functions.json.Json;
import io.tiercel.functions.notification.ButtonAction;
import io.tiercel.functions.notification.ButtonSigner;
import io.tiercel.functions.notification.SilenceScope;
import io.tiercel.functions.notification.silence.SilenceRequest;
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

    /** Hexadecimal digits of an option's signature: 128 bits. */
    private static final int OPTION_SIGNATURE = 32;

    private final Secret key;
    private final Duration validity;
    private final boolean hasApprovers;
    private final InstantSource clock;

    /**
     * Creates a signer.
     *
     * @param validity how long a button is valid
     * @param hasApprovers whether any user may approve, release and silence; if not, messages have no such buttons
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
                .put("expires", clock.instant().plus(validity(action)).getEpochSecond())
                .toString();
        String payload = Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes(StandardCharsets.UTF_8));
        return Optional.of(VERSION + "." + payload + "." + signature(payload));
    }

    /** The button that ends a silence lasts as long as the longest silence: it can only bring messages back. */
    private Duration validity(ButtonAction action) {
        return action == ButtonAction.END_SILENCE ? SilenceRequest.MAX_DURATION : validity;
    }

    /** Returns whether a value is one of {@link #signSilence}, whether or not its signature is valid. */
    public static boolean isSilence(String value) {
        return value.startsWith(SilenceOption.VERSION + ".");
    }

    @Override
    public Optional<String> signSilence(String incidentId, SilenceScope scope, Duration duration) {
        if (!hasApprovers || !SilenceOption.INCIDENT.matcher(incidentId).matches()) {
            return Optional.empty();
        }
        String payload =
                new SilenceOption(incidentId, scope, duration, clock.instant().plus(validity)).encode();
        return Optional.of(SilenceOption.VERSION + "." + payload + "." + optionSignature(payload));
    }

    /**
     * Verifies the value of a chosen option of {@link #signSilence}.
     *
     * @throws ActionRejectedException if the signature is wrong or the option has expired
     */
    public SilenceOption verifySilence(String value) {
        String[] parts = value.split("\\.", -1);
        if (parts.length != 3
                || !parts[0].equals(SilenceOption.VERSION)
                || !HmacSha256.constantTimeEquals(optionSignature(parts[1]), parts[2])) {
            throw new ActionRejectedException("the menu has an invalid signature");
        }
        SilenceOption option = SilenceOption.decode(parts[1]).orElseThrow(HmacButtonSigner::otherVersion);
        if (!clock.instant().isBefore(option.expires())) {
            throw new ActionRejectedException(
                    "the menu has expired; the message gets a new one when the incident changes");
        }
        return option;
    }

    /** Half of the signature, because the values of options must be short. */
    private String optionSignature(String payload) {
        return HmacSha256.hex(key.value(), (SilenceOption.VERSION + "." + payload).getBytes(StandardCharsets.UTF_8))
                .substring(0, OPTION_SIGNATURE);
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
