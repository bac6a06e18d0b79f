package io.tiercel.functions.notify.template;

import io.tiercel.functions.config.YamlNode;
import io.tiercel.functions.notification.file.ChannelLimits;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The settings for a service, from a resource file.
 *
 * @param settings the settings by name
 * @param limits the default limits of its channels
 */
record TemplatePreset(Map<String, YamlNode> settings, ChannelLimits limits) {
    /** No settings. */
    static final TemplatePreset NONE = new TemplatePreset(Map.of(), ChannelLimits.DEFAULT);

    private static final Map<String, ChannelLimits> LIMITS = Map.of(
            "discord", ChannelLimits.DEFAULT,
            "google-chat", ChannelLimits.DEFAULT,
            "mattermost", ChannelLimits.DEFAULT,
            "opsgenie", ChannelLimits.PAGING,
            "splunk-hec", ChannelLimits.UNLIMITED);

    /** The names of all presets. */
    static final Set<String> NAMES = new TreeSet<>(LIMITS.keySet());

    TemplatePreset {
        settings = Map.copyOf(settings);
    }

    /** Loads a preset; empty if there is none of this name. */
    static Optional<TemplatePreset> load(String name) {
        ChannelLimits limits = LIMITS.get(name);
        if (limits == null) {
            return Optional.empty();
        }
        YamlNode file = YamlNode.parse("preset " + name, resource(name + ".yaml"));
        return Optional.of(new TemplatePreset(file.mapping(TemplateChannelType.SHARED), limits));
    }

    /** Returns a setting; empty if the preset does not have it. */
    Optional<YamlNode> setting(String key) {
        return Optional.ofNullable(settings.get(key));
    }

    static String resource(String name) {
        try (InputStream in =
                Objects.requireNonNull(TemplatePreset.class.getResourceAsStream(name), "missing resource " + name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
