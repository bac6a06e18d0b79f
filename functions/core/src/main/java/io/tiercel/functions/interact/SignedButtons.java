package io.tiercel.functions.interact;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.tiercel.functions.notification.Buttons;
import io.tiercel.functions.notification.Secret;
import io.tiercel.functions.notification.Signature;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/** Buttons whose values are signed by us and expire: {@code v1.WISH.SIGNATURE}, the wish as JSON in base64url. */
public final class SignedButtons implements Buttons {
    private static final String VERSION = "v1";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Secret key;
    private final Duration valid;
    private final boolean approving;
    private final InstantSource clock;

    /**
     * Buttons.
     *
     * @param valid how long they may be pressed
     * @param approving whether there is anybody who may approve and release: without, there are no such buttons
     */
    public SignedButtons(Secret key, Duration valid, boolean approving, InstantSource clock) {
        this.key = key;
        this.valid = valid;
        this.approving = approving;
        this.clock = clock;
    }

    @Override
    public Optional<String> value(Wish wish, String incidentId, String planId) {
        if (!approving && wish != Wish.ACKNOWLEDGE) {
            return Optional.empty();
        }
        String json = JsonNodeFactory.instance
                .objectNode()
                .put("wish", wish.name())
                .put("incident", incidentId)
                .put("plan", planId)
                .put("until", clock.instant().plus(valid).getEpochSecond())
                .toString();
        String encoded = Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes(StandardCharsets.UTF_8));
        return Optional.of(VERSION + "." + encoded + "." + signature(encoded));
    }

    /**
     * Reads the value of a button that was pressed.
     *
     * @throws Refusal if we did not sign it, or it has expired
     */
    Pressed read(String value) {
        String[] parts = value.split("\\.", -1);
        if (parts.length != 3 || !parts[0].equals(VERSION) || !Signature.equal(signature(parts[1]), parts[2])) {
            throw new Refusal("this button is not ours");
        }
        try {
            JsonNode wish = JSON.readTree(new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8));
            Instant until = Instant.ofEpochSecond(wish.path("until").longValue());
            if (!clock.instant().isBefore(until)) {
                throw new Refusal("this button has expired: the message is given new ones when the incident changes");
            }
            String asked = wish.path("wish").asText();
            return new Pressed(
                    Arrays.stream(Wish.values())
                            .filter(known -> known.name().equals(asked))
                            .findFirst()
                            .orElseThrow(() -> new Refusal("this button is of another version")),
                    wish.path("incident").asText(),
                    wish.path("plan").asText());
        } catch (JsonProcessingException | IllegalArgumentException e) {
            throw new Refusal("this button is of another version");
        }
    }

    private String signature(String encoded) {
        return Signature.of(key.value(), (VERSION + "." + encoded).getBytes(StandardCharsets.UTF_8));
    }

    /**
     * What a press asks for.
     *
     * @param planId empty if it is not about a plan
     */
    record Pressed(Wish wish, String incidentId, String planId) {}
}
