package io.tiercel.functions.notify.template;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tiercel.functions.notification.ButtonSigner;
import io.tiercel.functions.notification.NotificationChannel;
import io.tiercel.functions.notification.file.ChannelContext;
import io.tiercel.functions.notification.file.ChannelLimits;
import io.tiercel.functions.notification.file.NotificationFile;
import io.tiercel.functions.notify.HttpChannelTypes;
import io.tiercel.functions.secret.SecretResolver;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;

/** Notification files with one channel of the type {@code template}. */
final class TemplateFiles {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private TemplateFiles() {}

    private static NotificationFile read(String yaml, Map<String, String> secrets) {
        return NotificationFile.read(
                "n.yaml",
                yaml,
                SecretResolver.forFilesAndEnvironment(InstantSource.system())
                        .withScheme("test", name -> Objects.requireNonNull(secrets.get(name))),
                HttpChannelTypes.ALL);
    }

    /** Opens a channel with some settings and the secrets {@code test:address} and {@code test:key}. */
    static NotificationChannel open(String settings, String address, String key) {
        NotificationFile file = read(
                "channels:\n  c:\n    type: template\n" + settings.indent(4), Map.of("address", address, "key", key));
        return Objects.requireNonNull(file.channels().get("c"))
                .opener()
                .open(new ChannelContext(ButtonSigner.NO_BUTTONS, InstantSource.system()));
    }

    /** Returns the limits of a channel. */
    static ChannelLimits limits(String channel) {
        return Objects.requireNonNull(read("channels: {c: " + channel + "}", Map.of())
                        .channels()
                        .get("c"))
                .limits();
    }

    /** Parses exactly one JSON document. */
    static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError(text, e);
        }
    }
}
