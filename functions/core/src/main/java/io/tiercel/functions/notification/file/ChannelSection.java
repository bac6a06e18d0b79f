package io.tiercel.functions.notification.file;

import io.tiercel.functions.config.InvalidConfiguration;
import io.tiercel.functions.config.YamlNode;
import io.tiercel.functions.notification.ServiceAddress;
import io.tiercel.functions.secret.Secret;
import io.tiercel.functions.secret.SecretResolver;
import java.net.URI;
import java.util.Map;
import java.util.Optional;

/** The settings of one channel in the notification file. All methods throw {@link InvalidConfiguration} with the position. */
public final class ChannelSection {
    private static final int MAX_TEXT = 1_000;

    private final String name;
    private final YamlNode node;
    private final Map<String, YamlNode> settings;
    private final SecretResolver secrets;

    ChannelSection(String name, YamlNode node, Map<String, YamlNode> settings, SecretResolver secrets) {
        this.name = name;
        this.node = node;
        this.settings = settings;
        this.secrets = secrets;
    }

    /** The name of the channel. */
    public String name() {
        return name;
    }

    /** Returns whether a setting is present. */
    public boolean has(String key) {
        return settings.containsKey(key);
    }

    /** Returns a setting's node, for settings that are not scalars; empty if it is absent. */
    public Optional<YamlNode> node(String key) {
        return Optional.ofNullable(settings.get(key));
    }

    /** Returns a required text of at most 1,000 characters. */
    public String text(String key) {
        return text(node.required(settings, key));
    }

    /** Returns an optional text of at most 1,000 characters. */
    public Optional<String> optionalText(String key) {
        return node(key).map(ChannelSection::text);
    }

    private static String text(YamlNode value) {
        String text = value.text();
        if (text.isBlank() || text.length() > MAX_TEXT) {
            throw value.error("the text is empty or too long", "write 1 to " + MAX_TEXT + " characters");
        }
        return text;
    }

    /** Returns a required reference to a secret. */
    public Secret secret(String key) {
        return secret(node.required(settings, key));
    }

    /** Returns an optional reference to a secret. */
    public Optional<Secret> optionalSecret(String key) {
        return node(key).map(this::secret);
    }

    private Secret secret(YamlNode value) {
        return secret(value, value.text());
    }

    /**
     * Returns a reference to a secret that is part of a setting.
     *
     * @param value the setting, for errors
     * @param reference the part, for example {@code file:PATH}
     */
    public Secret secret(YamlNode value, String reference) {
        try {
            return secrets.resolve(reference);
        } catch (IllegalArgumentException e) {
            throw value.error("this is not a reference to a secret", String.valueOf(e.getMessage()));
        }
    }

    /** Returns an optional address that is no secret: https, or http to this machine. */
    public Optional<URI> optionalAddress(String key) {
        return node(key).map(value -> {
            try {
                return ServiceAddress.parse("the address", value.text());
            } catch (IllegalArgumentException e) {
                throw value.error(
                        "invalid address", "use https://... (http:// is allowed for localhost and 127.0.0.1 only)");
            }
        });
    }

    /** Returns an error at a setting, or at the channel if the setting is absent. */
    public InvalidConfiguration error(String key, String problem, String correction) {
        return settings.getOrDefault(key, node).error(problem, correction);
    }
}
